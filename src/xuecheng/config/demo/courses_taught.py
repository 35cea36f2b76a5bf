"""What the demonstration's colleges teach: forty courses of the kind that communities of the region offer.

Titles and outcomes were written for this project; nothing here is anybody's real course.
"""

from __future__ import annotations

from typing import NamedTuple


class Taught(NamedTuple):
    """A course and its newest version. `fee` is in yuan for the whole course; `minutes` those of one session."""

    owner: str
    title_zh: str
    title_en: str
    subject: str
    audience: str
    level: int
    sessions: int
    minutes: int
    fee: int
    outcomes: tuple[tuple[str, str], ...]
    state: str = "approved"
    unit: str = ""
    assessment: str = ""
    requires: tuple[str, str, str, str] = ("", "", "", "")
    """What must be known before, and why, each in Chinese and English (L2)."""
    tiers: str = "cds"
    """Levels of the network where it may be held: city, district, street (N-03)."""
    languages: str = "cmn yue"
    is_shared: bool = True
    materials: tuple[str, str] = ("", "")


_AGE = (
    "年满16周岁", "Sixteen or older",
    "练习中要在别人身上做心肺复苏，需要足够的力气，也要能自己同意。", "Pressing a chest takes strength, and one agrees to it oneself.",
)  # fmt: skip
_REGULAR = (
    "会写楷书的基本笔画", "Writes the strokes of regular script",
    "隶书从楷书的笔法变来，不会基本笔画会跟不上。", "Clerical script builds on those strokes; without them one falls behind.",
)  # fmt: skip
_CARES = (
    "照护过老人，或学过“家庭养老护理”", "Has cared for an elder, or taken “Caring for elders at home”",
    "课上直接讨论照护中的难处，没有经历的人难以练习。", "The sessions work on difficulties of care; without any there is nothing to practise.",
)  # fmt: skip
_SINGS = (
    "会唱至少一段粤曲", "Sings at least one Cantonese piece",
    "从排整段开始，不再教发声入门。", "It begins with whole scenes and teaches no first steps of voice.",
)  # fmt: skip

TAUGHT: tuple[Taught, ...] = (
    Taught("LW-SQXY", "楷书入门", "Regular script for beginners", "calligraphy", "everybody", 1, 12, 120, 60,
           (("能用正确的坐姿和执笔写好基本笔画", "Sits, holds the brush and writes the strokes rightly"),
            ("能独立写一幅二十字的楷书作品", "Writes a piece of twenty characters alone")),
           assessment="portfolio", materials=("毛笔一支、墨汁一瓶；毛边纸由学院提供", "A brush and ink; the college gives paper")),
    Taught("LW-SQXY", "广绣入门", "Cantonese embroidery for beginners", "crafts", "everybody", 2, 16, 150, 120,
           (("能用直针、扭针、铺针绣一片叶子", "Embroiders a leaf in three stitches"),
            ("能完成一件小绣品并说出用了哪些针法", "Finishes a small piece and names its stitches")),
           assessment="portfolio", materials=("绣绷、绣线由学院提供，针自备", "Hoop and thread are there; bring a needle")),
    Taught("LW-SQXY", "粤剧欣赏与学唱", "Cantonese opera: listening and singing", "opera", "everybody", 1, 12, 120, 0,
           (("能分辨平喉、子喉和常见板腔", "Tells the voices and common patterns apart"),
            ("能跟着音乐唱一段《帝女花》", "Sings a passage of The Flower Princess with music")),
           languages="yue"),
    Taught("LW-SQXY", "西关美食：点心四样", "Four dim sum of Xiguan", "cooking", "everybody", 2, 8, 150, 160,
           (("能独立做出虾饺、烧卖、马蹄糕和萝卜糕", "Makes four kinds of dim sum alone"),),
           tiers="ds", assessment="practical", materials=("材料费已含在学费里", "Ingredients are in the fee")),
    Taught("LW-SQXY", "讲好街坊故事", "Telling the stories of our streets", "photography", "elders", 1, 8, 90, 0,
           (("能用手机拍一组照片，讲清楚一条老街的故事", "Tells the story of an old street in photographs"),), state="draft"),
    Taught("LW-SQXY", "家庭急救与心肺复苏", "First aid at home and CPR", "first_aid", "everybody", 1, 4, 180, 0,
           (("能判断病人是否需要呼救，并正确拨打120", "Knows when to call for help, and how"),
            ("能在模型上完成两分钟合格的心肺复苏", "Does two minutes of good CPR on a model")),
           state="in_review", requires=_AGE, assessment="practical"),
    Taught("LW-SQXY", "直播带货基础", "Live selling: basics", "trades", "workers", 2, 12, 120, 200,
           (("能写好一场直播的流程和用语", "Writes the plan and words of a live sale"),), state="returned"),
    Taught("YX-SQXY", "隶书", "Clerical script", "calligraphy", "everybody", 2, 16, 120, 80,
           (("能写出蚕头燕尾的笔法", "Writes the typical strokes of clerical script"),
            ("能临写《曹全碑》二十字", "Copies twenty characters of a stele")),
           requires=_REGULAR, assessment="portfolio"),
    Taught("YX-SQXY", "民法典里的家事", "Family matters in the Civil Code", "law", "everybody", 1, 6, 90, 0,
           (("能说出继承、赡养、借款三类事情该怎么留证据", "Says what evidence to keep in matters of inheritance, support and loans"),)),
    Taught("YX-SQXY", "合唱：岭南新歌", "Choir: new songs of Lingnan", "singing", "everybody", 1, 16, 120, 40,
           (("能在自己的声部稳定地唱完一首四声部歌曲", "Keeps one's part in a song of four voices"),)),
    Taught("YX-SQXY", "广州话日常会话", "Everyday Cantonese", "languages", "newcomers", 1, 20, 90, 0,
           (("能用广州话买菜、问路、看病", "Shops, asks the way and sees a doctor in Cantonese"),
            ("能听懂街坊的一般闲谈", "Follows the talk of neighbours")), languages="cmn yue", assessment="interview"),
    Taught("HZ-SQXY", "智能手机：看病挂号与缴费", "Smartphone: seeing a doctor and paying bills", "smartphone", "elders", 1, 8, 90, 0,
           (("能独立预约挂号、查看报告", "Books a doctor and reads results alone"),
            ("能用手机缴水电费，并认出可疑链接", "Pays bills by phone and spots a doubtful link")), assessment="practical"),
    Taught("HZ-SQXY", "智能手机：拍照与短视频", "Smartphone: photos and short videos", "photography", "elders", 1, 10, 90, 30,
           (("能拍好人像和风景各一张", "Takes a good portrait and a good view"),
            ("能剪出一分钟配字幕的短片", "Cuts a film of one minute with subtitles"))),
    Taught("HZ-SQXY", "水乡龙舟鼓", "Dragon boat drumming", "dance", "everybody", 1, 8, 120, 0,
           (("能跟队打完一套龙舟鼓点", "Plays a set of dragon boat rhythms with the crew"),)),
    Taught("HZ-SQXY", "岭南花鸟画", "Flowers and birds, Lingnan school", "calligraphy", "everybody", 2, 16, 150, 100,
           (("能用撞水撞粉法画一枝木棉", "Paints a kapok branch in the Lingnan manner"),), assessment="portfolio"),
    Taught("TH-SQXY", "电子表格与文字处理", "Spreadsheets and word processing", "smartphone", "workers", 3, 24, 120, 180,
           (("能用电子表格做好一份月度收支表", "Makes a monthly account in a spreadsheet"),
            ("能排好一份十页的报告", "Lays out a report of ten pages")), unit="IT101", assessment="practical", tiers="cd",
           materials=("电脑室每人一台电脑", "A computer for each in the room")),
    Taught("TH-SQXY", "人工智能入门：用得上的十件事", "Artificial intelligence: ten useful things", "smartphone", "everybody", 1, 6, 90, 0,
           (("能用对话工具写一封信、订一份旅行计划", "Writes a letter and a travel plan with an assistant"),
            ("能说出哪些话不该告诉机器", "Says what not to tell a machine"))),
    Taught("TH-SQXY", "生活英语（一）", "Everyday English I", "languages", "everybody", 1, 20, 120, 80,
           (("能用英语介绍自己、点餐、问路", "Introduces oneself, orders food and asks the way"),), languages="cmn eng",
           assessment="interview"),
    Taught("TH-SQXY", "求职：简历与面试", "Finding work: CV and interview", "trades", "workers", 1, 4, 120, 0,
           (("能写出一页针对岗位的简历", "Writes a one-page CV for a post"), ("能完成一次模拟面试", "Gets through a trial interview"))),
    Taught("BY-SQXY", "二十四式太极拳", "Tai chi in 24 forms", "tai_chi", "everybody", 1, 16, 90, 0,
           (("能独立、连贯地打完二十四式", "Does all 24 forms alone and without a break"),), assessment="practical"),
    Taught("BY-SQXY", "八段锦与养生", "Baduanjin and healthy living", "tai_chi", "elders", 1, 8, 90, 0,
           (("能打完八段锦，并知道哪些动作自己要减量", "Does the eight pieces and knows which to do less of"),)),
    Taught("BY-SQXY", "隔代养育", "Grandparents raising children", "family", "families", 1, 8, 90, 0,
           (("能说出三岁前后孩子的不同需要", "Says what a child needs before and after three"),
            ("能和子女商量好一条家里的规矩", "Agrees on a rule of the house with one's children"))),
    Taught("BY-SQXY", "来穗人员：社保与子女入学", "Newcomers: insurance and school places", "law", "newcomers", 1, 3, 90, 0,
           (("能自己查社保年限，算出积分入学的分数", "Looks up one's years and reckons the points for a school place"),)),
    Taught("HP-SQXY", "家庭养老护理", "Caring for elders at home", "health", "families", 2, 16, 120, 0,
           (("能为卧床老人翻身、清洁、喂食", "Turns, washes and feeds a person in bed"),
            ("能测量并记录体温、脉搏、血压", "Measures and records temperature, pulse and blood pressure")),
           unit="HL101", assessment="practical"),
    Taught("HP-SQXY", "失智长者照护", "Caring for people with dementia", "health", "families", 3, 24, 120, 150,
           (("能识别失智的常见表现，并用恰当的方式回应", "Recognises common signs of dementia and responds fittingly"),),
           unit="HL201", assessment="observation", requires=_CARES, tiers="cd"),
    Taught("HP-SQXY", "叉车安全操作（理论）", "Driving a forklift safely (theory)", "trades", "workers", 2, 8, 120, 100,
           (("能说出上车前的十项检查", "Names the ten checks before driving"),), tiers="d", assessment="written"),
    Taught("PY-SQXY", "广彩瓷绘", "Painting Canton porcelain", "crafts", "everybody", 2, 16, 150, 180,
           (("能描线、填色，完成一只八寸碟", "Outlines, fills and finishes a plate"),), assessment="portfolio"),
    Taught("PY-SQXY", "沙湾飘色：扎作体验", "Shawan parade floats: making one", "crafts", "families", 1, 6, 120, 50,
           (("能和家人一起完成一个小型色梗", "Makes a small frame together as a family"),)),
    Taught("PY-SQXY", "粤曲提高班", "Cantonese song, second course", "opera", "everybody", 3, 20, 120, 120,
           (("能与乐队合排一折折子戏", "Rehearses a scene with the musicians"),), requires=_SINGS, languages="yue",
           assessment="observation"),
    Taught("HD-SQXY", "皮具手工：钱包与腰带", "Leather: a purse and a belt", "crafts", "workers", 2, 10, 150, 220,
           (("能量裁、打孔、手缝，做好一个钱包", "Measures, punches and sews a purse"),), assessment="portfolio"),
    Taught("HD-SQXY", "亲子阅读", "Reading with your child", "family", "families", 1, 8, 90, 0,
           (("能为不同年纪的孩子选绘本并读给他听", "Chooses and reads picture books for a child's age"),)),
    Taught("HD-SQXY", "防骗课堂：守住养老钱", "Spot the fraud: keep your savings safe", "law", "elders", 1, 4, 90, 0,
           (("能说出五种常见骗局的破绽", "Says how to see through five common frauds"),
            ("遇到可疑电话知道先挂断、再问谁", "Hangs up first, and knows whom to ask"))),
    Taught("NS-SQXY", "咸水歌", "Saltwater songs", "singing", "everybody", 1, 10, 90, 0,
           (("能用广州话唱两首咸水歌，会对唱", "Sings two saltwater songs, in answer to each other"),), languages="yue"),
    Taught("NS-SQXY", "阳台种菜", "Growing vegetables on the balcony", "cooking", "everybody", 1, 6, 90, 20,
           (("能配土、播种，收获一茬叶菜", "Mixes soil, sows and harvests a crop of greens"),)),
    Taught("CH-SQXY", "荔枝与龙眼：修剪与保果", "Lychee and longan: pruning and fruit set", "trades", "workers", 2, 8, 150, 0,
           (("能按树形完成一次修剪", "Prunes a tree by its form"),), tiers="ds", assessment="practical"),
    Taught("CH-SQXY", "民宿服务基础", "Running a guest house: basics", "trades", "workers", 2, 10, 120, 80,
           (("能按标准整理客房、接待一组客人", "Prepares rooms to a standard and receives guests"),), assessment="observation"),
    Taught("ZC-SQXY", "挂绿剪纸", "Paper cutting", "crafts", "children", 1, 8, 90, 0,
           (("能剪出对称和连续两种花样", "Cuts symmetric and repeated patterns"),)),
    Taught("ZC-SQXY", "手语入门", "First signs: sign language", "languages", "everybody", 1, 16, 90, 0,
           (("能用手语打招呼、问路、报警", "Greets, asks the way and calls the police in sign language"),), languages="cmn csl",
           assessment="interview"),
    Taught("GZ-SQXY", "社区学习团队带头人", "Leading a learning circle", "family", "everybody", 2, 8, 120, 0,
           (("能组织一次十人以上的学习活动并写好记录", "Runs a session for ten or more and records it"),),
           assessment="observation", tiers="cd"),
    Taught("GZ-SQXY", "心理健康与情绪管理", "Mental health and feelings", "health", "everybody", 2, 12, 120, 0,
           (("能用两种方法缓解自己的紧张", "Eases tension in two ways"), ("能认出需要专业帮助的信号", "Recognises when a professional is needed"))),
    Taught("GZ-SQXY", "无障碍手机：读屏与放大", "Accessible phones: screen reader and zoom", "smartphone", "disabled", 1, 8, 90, 0,
           (("能打开读屏，独立接打电话、收发信息", "Turns on the screen reader and calls and writes alone"),), state="in_review"),
)  # fmt: skip
