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
    outcomes: tuple[str, ...]
    state: str = "approved"
    unit: str = ""
    is_assessed: bool = False
    requires: tuple[str, str] = ("", "")
    """What must be known before, and why (L2)."""
    tiers: str = "cds"
    """Levels of the network where it may be held: city, district, street (N-03)."""
    languages: str = "cmn yue"
    materials: str = ""


_AGE = ("年满16周岁", "练习中要在别人身上做心肺复苏，需要足够的力气，也要能自己同意。")
_REGULAR = ("会写楷书的基本笔画", "隶书从楷书的笔法变来，不会基本笔画会跟不上。")
_CARES = ("照护过老人，或学过“家庭养老护理”", "课上直接讨论照护中的难处，没有经历的人难以练习。")
_SINGS = ("会唱至少一段粤曲", "从排整段开始，不再教发声入门。")

TAUGHT: tuple[Taught, ...] = (
    Taught("LW-SQXY", "楷书入门", "Regular script for beginners", "calligraphy", "everybody", 1, 12, 120, 60,
           ("能用正确的坐姿和执笔写好基本笔画", "能独立写一幅二十字的楷书作品",),
           is_assessed=True, materials="毛笔一支、墨汁一瓶；毛边纸由学院提供"),
    Taught("LW-SQXY", "广绣入门", "Cantonese embroidery for beginners", "crafts", "everybody", 2, 16, 150, 120,
           ("能用直针、扭针、铺针绣一片叶子", "能完成一件小绣品并说出用了哪些针法",),
           is_assessed=True, materials="绣绷、绣线由学院提供，针自备"),
    Taught("LW-SQXY", "粤剧欣赏与学唱", "Cantonese opera: listening and singing", "opera", "everybody", 1, 12, 120, 0,
           ("能分辨平喉、子喉和常见板腔", "能跟着音乐唱一段《帝女花》",),
           languages="yue"),
    Taught("LW-SQXY", "西关美食：点心四样", "Four dim sum of Xiguan", "cooking", "everybody", 2, 8, 150, 160,
           ("能独立做出虾饺、烧卖、马蹄糕和萝卜糕",),
           is_assessed=True, tiers="ds", materials="材料费已含在学费里"),
    Taught("LW-SQXY", "讲好街坊故事", "Telling the stories of our streets", "photography", "elders", 1, 8, 90, 0,
           ("能用手机拍一组照片，讲清楚一条老街的故事",),
           state="draft"),
    Taught("LW-SQXY", "家庭急救与心肺复苏", "First aid at home and CPR", "first_aid", "everybody", 1, 4, 180, 0,
           ("能判断病人是否需要呼救，并正确拨打120", "能在模型上完成两分钟合格的心肺复苏",),
           state="in_review", is_assessed=True, requires=_AGE),
    Taught("LW-SQXY", "直播带货基础", "Live selling: basics", "trades", "workers", 2, 12, 120, 200,
           ("能写好一场直播的流程和用语",),
           state="returned"),
    Taught("YX-SQXY", "隶书", "Clerical script", "calligraphy", "everybody", 2, 16, 120, 80,
           ("能写出蚕头燕尾的笔法", "能临写《曹全碑》二十字",),
           is_assessed=True, requires=_REGULAR),
    Taught("YX-SQXY", "民法典里的家事", "Family matters in the Civil Code", "law", "everybody", 1, 6, 90, 0,
           ("能说出继承、赡养、借款三类事情该怎么留证据",)),
    Taught("YX-SQXY", "合唱：岭南新歌", "Choir: new songs of Lingnan", "singing", "everybody", 1, 16, 120, 40,
           ("能在自己的声部稳定地唱完一首四声部歌曲",)),
    Taught("YX-SQXY", "广州话日常会话", "Everyday Cantonese", "languages", "newcomers", 1, 20, 90, 0,
           ("能用广州话买菜、问路、看病", "能听懂街坊的一般闲谈",),
           is_assessed=True),
    Taught("HZ-SQXY", "智能手机：看病挂号与缴费", "Smartphone: seeing a doctor and paying bills", "smartphone", "elders", 1, 8, 90, 0,
           ("能独立预约挂号、查看报告", "能用手机缴水电费，并认出可疑链接",),
           is_assessed=True),
    Taught("HZ-SQXY", "智能手机：拍照与短视频", "Smartphone: photos and short videos", "photography", "elders", 1, 10, 90, 30,
           ("能拍好人像和风景各一张", "能剪出一分钟配字幕的短片",)),
    Taught("HZ-SQXY", "水乡龙舟鼓", "Dragon boat drumming", "dance", "everybody", 1, 8, 120, 0,
           ("能跟队打完一套龙舟鼓点",)),
    Taught("HZ-SQXY", "岭南花鸟画", "Flowers and birds, Lingnan school", "calligraphy", "everybody", 2, 16, 150, 100,
           ("能用撞水撞粉法画一枝木棉",),
           is_assessed=True),
    Taught("TH-SQXY", "电子表格与文字处理", "Spreadsheets and word processing", "smartphone", "workers", 3, 24, 120, 180,
           ("能用电子表格做好一份月度收支表", "能排好一份十页的报告",),
           unit="IT101", is_assessed=True, tiers="cd", materials="电脑室每人一台电脑"),
    Taught("TH-SQXY", "人工智能入门：用得上的十件事", "Artificial intelligence: ten useful things", "smartphone", "everybody", 1, 6, 90, 0,
           ("能用对话工具写一封信、订一份旅行计划", "能说出哪些话不该告诉机器",)),
    Taught("TH-SQXY", "生活英语（一）", "Everyday English I", "languages", "everybody", 1, 20, 120, 80,
           ("能用英语介绍自己、点餐、问路",),
           is_assessed=True, languages="cmn eng"),
    Taught("TH-SQXY", "求职：简历与面试", "Finding work: CV and interview", "trades", "workers", 1, 4, 120, 0,
           ("能写出一页针对岗位的简历", "能完成一次模拟面试",)),
    Taught("BY-SQXY", "二十四式太极拳", "Tai chi in 24 forms", "tai_chi", "everybody", 1, 16, 90, 0,
           ("能独立、连贯地打完二十四式",),
           is_assessed=True),
    Taught("BY-SQXY", "八段锦与养生", "Baduanjin and healthy living", "tai_chi", "elders", 1, 8, 90, 0,
           ("能打完八段锦，并知道哪些动作自己要减量",)),
    Taught("BY-SQXY", "隔代养育", "Grandparents raising children", "family", "families", 1, 8, 90, 0,
           ("能说出三岁前后孩子的不同需要", "能和子女商量好一条家里的规矩",)),
    Taught("BY-SQXY", "来穗人员：社保与子女入学", "Newcomers: insurance and school places", "law", "newcomers", 1, 3, 90, 0,
           ("能自己查社保年限，算出积分入学的分数",)),
    Taught("HP-SQXY", "家庭养老护理", "Caring for elders at home", "health", "families", 2, 16, 120, 0,
           ("能为卧床老人翻身、清洁、喂食", "能测量并记录体温、脉搏、血压",),
           unit="HL101", is_assessed=True),
    Taught("HP-SQXY", "失智长者照护", "Caring for people with dementia", "health", "families", 3, 24, 120, 150,
           ("能识别失智的常见表现，并用恰当的方式回应",),
           unit="HL201", is_assessed=True, requires=_CARES, tiers="cd"),
    Taught("HP-SQXY", "叉车安全操作（理论）", "Driving a forklift safely (theory)", "trades", "workers", 2, 8, 120, 100,
           ("能说出上车前的十项检查",),
           is_assessed=True, tiers="d"),
    Taught("PY-SQXY", "广彩瓷绘", "Painting Canton porcelain", "crafts", "everybody", 2, 16, 150, 180,
           ("能描线、填色，完成一只八寸碟",),
           is_assessed=True),
    Taught("PY-SQXY", "沙湾飘色：扎作体验", "Shawan parade floats: making one", "crafts", "families", 1, 6, 120, 50,
           ("能和家人一起完成一个小型色梗",)),
    Taught("PY-SQXY", "粤曲提高班", "Cantonese song, second course", "opera", "everybody", 3, 20, 120, 120,
           ("能与乐队合排一折折子戏",),
           is_assessed=True, requires=_SINGS, languages="yue"),
    Taught("HD-SQXY", "皮具手工：钱包与腰带", "Leather: a purse and a belt", "crafts", "workers", 2, 10, 150, 220,
           ("能量裁、打孔、手缝，做好一个钱包",),
           is_assessed=True),
    Taught("HD-SQXY", "亲子阅读", "Reading with your child", "family", "families", 1, 8, 90, 0,
           ("能为不同年纪的孩子选绘本并读给他听",)),
    Taught("HD-SQXY", "防骗课堂：守住养老钱", "Spot the fraud: keep your savings safe", "law", "elders", 1, 4, 90, 0,
           ("能说出五种常见骗局的破绽", "遇到可疑电话知道先挂断、再问谁",)),
    Taught("NS-SQXY", "咸水歌", "Saltwater songs", "singing", "everybody", 1, 10, 90, 0,
           ("能用广州话唱两首咸水歌，会对唱",),
           languages="yue"),
    Taught("NS-SQXY", "阳台种菜", "Growing vegetables on the balcony", "cooking", "everybody", 1, 6, 90, 20,
           ("能配土、播种，收获一茬叶菜",)),
    Taught("CH-SQXY", "荔枝与龙眼：修剪与保果", "Lychee and longan: pruning and fruit set", "trades", "workers", 2, 8, 150, 0,
           ("能按树形完成一次修剪",),
           is_assessed=True, tiers="ds"),
    Taught("CH-SQXY", "民宿服务基础", "Running a guest house: basics", "trades", "workers", 2, 10, 120, 80,
           ("能按标准整理客房、接待一组客人",),
           is_assessed=True),
    Taught("ZC-SQXY", "挂绿剪纸", "Paper cutting", "crafts", "youth", 1, 8, 90, 0,
           ("能剪出对称和连续两种花样",)),
    Taught("ZC-SQXY", "手语入门", "First signs: sign language", "languages", "everybody", 1, 16, 90, 0,
           ("能用手语打招呼、问路、报警",),
           is_assessed=True, languages="cmn csl"),
    Taught("GZ-SQXY", "社区学习团队带头人", "Leading a learning circle", "family", "everybody", 2, 8, 120, 0,
           ("能组织一次十人以上的学习活动并写好记录",),
           is_assessed=True, tiers="cd"),
    Taught("GZ-SQXY", "心理健康与情绪管理", "Mental health and feelings", "health", "everybody", 2, 12, 120, 0,
           ("能用两种方法缓解自己的紧张", "能认出需要专业帮助的信号",)),
    Taught("GZ-SQXY", "无障碍手机：读屏与放大", "Accessible phones: screen reader and zoom", "smartphone", "disabled", 1, 8, 90, 0,
           ("能打开读屏，独立接打电话、收发信息",),
           state="in_review"),
)  # fmt: skip

IN_ENGLISH: dict[str, tuple[str, ...]] = {
    "楷书入门": (
        "Sit and hold the brush well, and write the basic strokes",
        "Write a work of twenty characters in regular script by oneself",
    ),
    "智能手机：看病挂号与缴费": (
        "Book a doctor and read the results by phone alone",
        "Pay water and power by phone, and tell a link that is a trick",
    ),
    "人工智能入门：用得上的十件事": (
        "Have a letter written and a journey planned in conversation",
        "Say what no machine should be told",
    ),
    "二十四式太极拳": ("Go through all twenty-four forms alone, without a break",),
    "家庭养老护理": (
        "Turn, wash and feed somebody who is bedridden",
        "Take and write down temperature, pulse and blood pressure",
    ),
    "生活英语（一）": ("Introduce oneself, order a meal and ask the way in English",),
    "手语入门": ("Greet, ask the way and call the police in sign language",),
}
"""What one can do after some of them, in English; of the others the pages tell it in Chinese."""
