// pa11y (axe and HTML_CodeSniffer) and Lighthouse over a list of pages: node judge.mjs JOBS.json RESULT.json
import {readFileSync, writeFileSync} from 'node:fs';
import pa11y from 'pa11y';
import puppeteer from 'puppeteer';
import lighthouse from 'lighthouse';

const [jobsFile, resultFile] = process.argv.slice(2);
const {chromium, jobs} = JSON.parse(readFileSync(jobsFile, 'utf8'));
const browser = await puppeteer.launch({executablePath: chromium, args: ['--no-sandbox', '--headless=new']});
const port = Number(new URL(browser.wsEndpoint()).port);
const results = [];
for (const {where, url, cookie, widths, lights} of jobs) {
  const wrong = [];
  const headers = cookie ? {Cookie: cookie} : {};
  for (const width of widths) {
    try {
      const found = await pa11y(url, {
        browser, headers, runners: ['axe', 'htmlcs'], standard: 'WCAG2AA', timeout: 60000,
        viewport: {width, height: 812}, includeWarnings: false,
        // What axe could not decide, such as text over a gradient or a field with an arrow drawn in it, is no finding.
        levelCapWhenNeedsReview: 'notice',
      });
      for (const issue of found.issues)
        if (issue.type === 'error') wrong.push(`pa11y ${width} ${issue.code}: ${issue.context}`.slice(0, 300));
    } catch (error) { wrong.push(`pa11y ${width}: ${error.message}`); }
  }
  const scores = {};
  if (lights) {
    try {
      const {lhr} = await lighthouse(url, {
        port, extraHeaders: headers, onlyCategories: ['accessibility', 'best-practices'], logLevel: 'silent',
        disableStorageReset: true,
      });
      for (const [name, category] of Object.entries(lhr.categories)) {
        scores[name] = Math.round(category.score * 100);
        if (scores[name] < 95) {
          const bad = category.auditRefs.filter(ref => ref.weight && lhr.audits[ref.id].score === 0).map(ref => ref.id);
          wrong.push(`Lighthouse ${name} ${scores[name]}: ${bad}`);
        }
      }
    } catch (error) { wrong.push(`Lighthouse: ${error.message}`); }
  }
  results.push({where, wrong, scores});
  writeFileSync(resultFile, JSON.stringify(results, null, 1));
}
await browser.close();
