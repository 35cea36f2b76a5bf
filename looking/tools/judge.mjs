// pa11y (axe and HTML_CodeSniffer) and Lighthouse over a list of pages: node judge.mjs JOBS.json RESULT.json
import {readFileSync, writeFileSync} from 'node:fs';
import pa11y from 'pa11y';
import puppeteer from 'puppeteer';
import lighthouse from 'lighthouse';

const [jobsFile, resultFile] = process.argv.slice(2);
const {chromium, jobs} = JSON.parse(readFileSync(jobsFile, 'utf8'));
const browser = await puppeteer.launch({executablePath: chromium, args: ['--no-sandbox', '--headless=new']});
const port = Number(new URL(browser.wsEndpoint()).port);

// Speed is measured elsewhere (looking/slow.py), so little is waited for after the load. Any way of throttling but a
// simulated one makes Lighthouse wait for ten quiet seconds more; what it would simulate is not asked for.
const SETTINGS = {
  onlyCategories: ['accessibility', 'best-practices'], logLevel: 'silent', disableStorageReset: true,
  throttlingMethod: 'simulate', disableFullPageScreenshot: true, pauseAfterFcpMs: 0, pauseAfterLoadMs: 250,
  networkQuietThresholdMs: 250, cpuQuietThresholdMs: 250,
};

async function byPa11y(url, headers, width) {
  const found = await pa11y(url, {
    browser, headers, runners: ['axe', 'htmlcs'], standard: 'WCAG2AA', timeout: 60000,
    viewport: {width, height: 812}, includeWarnings: false,
    // What axe could not decide, such as text over a gradient or a field with an arrow drawn in it, is no finding.
    levelCapWhenNeedsReview: 'notice',
  });
  return found.issues.filter(issue => issue.type === 'error')
    .map(issue => `pa11y ${width} ${issue.code}: ${issue.context}`.slice(0, 300));
}

async function byLighthouse(url, headers, scores) {
  const wrong = [];
  const {lhr} = await lighthouse(url, {...SETTINGS, port, extraHeaders: headers});
  for (const [name, category] of Object.entries(lhr.categories)) {
    scores[name] = Math.round(category.score * 100);
    if (scores[name] < 95) {
      const bad = category.auditRefs.filter(ref => ref.weight && lhr.audits[ref.id].score === 0).map(ref => ref.id);
      wrong.push(`Lighthouse ${name} ${scores[name]}: ${bad}`);
    }
  }
  return wrong;
}

const results = [];
for (const {where, view, url, cookie, widths} of jobs) {
  const headers = cookie ? {Cookie: cookie} : {};
  const result = {where, view, pa11y: [], lighthouse: [], scores: {}};
  for (const width of widths) {
    try { result.pa11y.push(...await byPa11y(url, headers, width)); }
    catch (error) { result.pa11y.push(`pa11y ${width}: ${error.message}`); }
  }
  try { result.lighthouse.push(...await byLighthouse(url, headers, result.scores)); }
  catch (error) { result.lighthouse.push(`Lighthouse: ${error.message}`); }
  results.push(result);
  writeFileSync(resultFile, JSON.stringify(results, null, 1));
}
await browser.close();
