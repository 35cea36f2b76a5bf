"""What the demonstration is made of: names, courses, activities, certificates. Everybody here is made up.

Courses and activities are of the kind that community colleges of the region announce; titles were written for this
project. Surnames stand in the order in which the region has them, the commonest first.
"""

from __future__ import annotations

from typing import NamedTuple


def _names(line: str) -> tuple[str, ...]:
    return tuple(line.split())


SURNAMES = (
    "陈李黄张梁何林刘吴王罗郭邓谢曾冯叶周徐曹卢麦潘钟谭区杨苏欧朱胡关杜彭蔡莫廖余赖温"
    "卢江汤邱马郑方袁唐蒋程邝伍戴范汪甘石霍简庞"
)
COMPOUND_SURNAMES = ("欧阳", "司徒", "上官", "尉迟")

# Given names by the years in which parents chose them.
GIVEN = {
    "old_f": _names(
        "惠芬 秀英 玉兰 桂芳 丽珍 少芬 婉仪 瑞琼 佩珍 燕芬 润娣 凤英 淑贞 碧霞 锦莲 妙玲 顺好 洁贞 雪梅 慕贞"
    ),
    "old_m": _names(
        "国强 志明 伟雄 建国 锦荣 耀辉 炳坤 永康 树根 沛霖 汉文 兆祥 德全 启明 柏年 焕章 润生 福田 镜波 达成"
    ),
    "mid_f": _names(
        "晓彤 海燕 丽华 敏仪 咏诗 慧敏 静雯 嘉欣 美玲 春梅 艳红 小燕 婷婷 佩玲 绮雯 颖怡 秋霞 俊红 雁翎 蔼琳"
    ),
    "mid_m": _names(
        "志远 文辉 伟明 建华 俊杰 永健 家豪 晓东 健文 少华 国栋 子聪 卓贤 宏斌 立新 泽鹏 展鹏 志恒 浩然 毅"
    ),
    "young_f": _names(
        "梓晴 欣怡 雨桐 诗涵 可晴 思颖 芷若 语嫣 紫琪 若彤 心玥 婧怡 沐妍 乐瑶 一诺 嘉怡 晓琳 子涵 依诺 静"
    ),
    "young_m": _names(
        "梓轩 浩宇 俊熙 子睿 宇航 天佑 泽楷 嘉乐 晋豪 睿 昊然 铭轩 逸飞 柏霖 一鸣 锦程 启航 思源 皓轩 凯"
    ),
}
OTHER_NAMES = (
    "买买提·吐尔逊",
    "阿依古丽·艾合买提",
    "扎西·次仁",
    "巴特尔·苏和",
    "热依汗·阿不都拉",
    "NGUYEN THI HOA",
    "WILLIAMS, Grace Adaeze",
    "KIM Min-ji",
    "𠮷田 花子",
    "㛃婷",
)


class Course(NamedTuple):
    """One course of a college. `minutes` is the planned learning time of a season."""

    code: str
    title: str
    title_en: str
    level: int
    minutes: int
    field: str


# ISCED-F 2013 detailed fields: 0215 music and performing arts, 0213 fine arts, 0611 computer use, 0922 care …
COURSES = (
    Course("SF101", "书法入门（楷书）", "Calligraphy for beginners (regular script)", 1, 1440, "0213"),
    Course("SF201", "书法（隶书）", "Calligraphy (clerical script)", 2, 2880, "0213"),
    Course("SJ101", "智能手机：看病挂号与缴费", "Smartphone: seeing a doctor and paying bills", 1, 960, "0611"),
    Course("SJ102", "智能手机：拍照与短视频", "Smartphone: photos and short videos", 1, 1440, "0611"),
    Course("SJ103", "防骗课堂：守住养老钱", "Spot the fraud: keep your savings safe", 1, 480, "0413"),
    Course("YJ101", "粤剧欣赏与学唱", "Cantonese opera: listening and singing", 1, 1440, "0215"),
    Course("YJ201", "粤曲（平喉与子喉）", "Cantonese song: male and female voice", 2, 2880, "0215"),
    Course("TJ101", "太极拳初级", "Tai chi, first steps", 1, 1440, "1014"),
    Course("TJ201", "八段锦与养生", "Baduanjin and healthy living", 1, 960, "1014"),
    Course("HL101", "家庭养老护理基础", "Caring for elders at home", 2, 1920, "0922"),
    Course("HL201", "失智长者照护", "Caring for people with dementia", 3, 2880, "0922"),
    Course("HL102", "急救与心肺复苏", "First aid and CPR", 2, 960, "0921"),
    Course("ZF101", "广式点心制作", "Making Cantonese dim sum", 2, 1920, "1013"),
    Course("ZF102", "老火靓汤与食疗", "Slow-cooked soups and food for health", 1, 960, "1013"),
    Course("GX101", "广绣入门", "Cantonese embroidery for beginners", 2, 2400, "0214"),
    Course("GX102", "广彩瓷绘", "Painting Canton porcelain", 2, 2400, "0214"),
    Course("GC101", "古琴基础", "Guqin basics", 2, 2880, "0215"),
    Course("WD101", "广场舞领队培训", "Leading square dance", 2, 1440, "0215"),
    Course("YY101", "生活英语（一）", "Everyday English I", 1, 2400, "0231"),
    Course("YY102", "生活英语（二）", "Everyday English II", 2, 2400, "0231"),
    Course("PT101", "普通话与粤语双向课", "Mandarin and Cantonese, both ways", 1, 1440, "0231"),
    Course("QZ101", "亲子阅读", "Reading with your child", 1, 720, "0111"),
    Course("QZ102", "隔代养育", "Grandparents raising children", 1, 960, "0922"),
    Course("XL101", "心理健康与情绪管理", "Mental health and feelings", 2, 1440, "0313"),
    Course("HH101", "花鸟画（岭南画派）", "Flowers and birds, Lingnan school", 2, 2880, "0213"),
    Course("SY101", "手机摄影", "Photography with a phone", 1, 1440, "0211"),
    Course("DZ101", "电子表格与文字处理", "Spreadsheets and word processing", 3, 2880, "0611"),
    Course("DS101", "直播与社区电商", "Live selling and community commerce", 3, 2880, "0414"),
    Course("FL101", "民法典进社区", "The Civil Code in daily life", 2, 720, "0421"),
    Course("LJ101", "垃圾分类与绿色生活", "Sorting waste and living green", 1, 480, "0521"),
    Course("YZ101", "阳台种植与园艺", "Growing on the balcony", 1, 960, "0812"),
    Course("XF101", "消防与居家安全", "Fire and home safety", 1, 480, "1032"),
)

# Degree-level courses of the open university, with grades.
FORMAL_COURSES = (
    Course("OU-CS101", "计算机应用基础", "Using computers", 4, 3840, "0611"),
    Course("OU-SW110", "社会工作概论", "Introduction to social work", 4, 3840, "0923"),
    Course("OU-GL101", "管理学基础", "Principles of management", 4, 4800, "0413"),
    Course("OU-XQ120", "学前儿童发展", "Child development", 4, 3840, "0112"),
    Course("OU-YW101", "应用写作", "Practical writing", 4, 2880, "0232"),
    Course("OU-ED310", "成人教育学", "Adult education", 5, 4800, "0111"),
)


class Certificate(NamedTuple):
    code: str
    title: str
    level: int
    minutes: int


CERTIFICATES = (
    Certificate("ZY-YLHL-5", "养老护理员（五级）", 2, 5760),
    Certificate("ZY-YLHL-4", "养老护理员（四级）", 3, 7680),
    Certificate("ZY-JZFW-5", "家政服务员（五级）", 2, 4800),
    Certificate("ZY-ZSMD-4", "中式面点师（四级）", 3, 7200),
    Certificate("ZY-BYY-5", "保育师（五级）", 2, 5760),
    Certificate("NCRE-1", "全国计算机等级考试一级", 3, 3840),
    Certificate("PSC-2B", "普通话水平测试二级乙等", 3, 1920),
    Certificate("JJ-CPR", "红十字救护员证", 2, 960),
)


class Activity(NamedTuple):
    code: str
    title: str
    role: str
    minutes: int


ACTIVITIES = (
    Activity("ZY-TSG", "图书馆志愿服务", "volunteer", 180),
    Activity("ZY-ZXZ", "助学志愿者：教邻居用手机", "volunteer", 120),
    Activity("ZY-BWG", "博物馆义务讲解", "volunteer", 180),
    Activity("JZ-LN", "岭南文化讲座", "learner", 120),
    Activity("JZ-JK", "健康大讲堂", "learner", 90),
    Activity("DS-YD", "社区读书会", "learner", 120),
    Activity("CG-XG", "西关大屋导赏", "learner", 150),
    Activity("SK-SX", "社区课堂授课（志愿教师）", "teacher", 120),
    Activity("HD-ZS", "全民终身学习活动周体验课", "learner", 90),
)

# Roads for the 11 city-level bodies and the streets whose schools the small demonstration shows first.
SHOWN_STREETS = {
    "荔湾区": ("逢源街道", "多宝街道"),
    "越秀区": ("北京街道", "东山街道"),
    "海珠区": ("海幢街道", "南华西街道"),
    "天河区": ("石牌街道", "猎德街道"),
    "白云区": ("三元里街道", "同和街道"),
    "黄埔区": ("红山街道", "联和街道"),
    "番禺区": ("市桥街道", "沙湾街道"),
    "花都区": ("新华街道", "狮岭镇"),
    "南沙区": ("南沙街道", "东涌镇"),
    "从化区": ("街口街道", "太平镇"),
    "增城区": ("荔城街道", "新塘镇"),
}
DISTRICT_LETTERS = {
    "荔湾区": "LW",
    "越秀区": "YX",
    "海珠区": "HZ",
    "天河区": "TH",
    "白云区": "BY",
    "黄埔区": "HP",
    "番禺区": "PY",
    "花都区": "HD",
    "南沙区": "NS",
    "从化区": "CH",
    "增城区": "ZC",
}
DISTRICT_ENGLISH = {
    "荔湾区": "Liwan",
    "越秀区": "Yuexiu",
    "海珠区": "Haizhu",
    "天河区": "Tianhe",
    "白云区": "Baiyun",
    "黄埔区": "Huangpu",
    "番禺区": "Panyu",
    "花都区": "Huadu",
    "南沙区": "Nansha",
    "从化区": "Conghua",
    "增城区": "Zengcheng",
}
