"""What may be wrong between the rows of a book, or between a book and what is asked."""

from django.utils.translation import gettext_lazy as _

from heli.kernel.sheets.problems import Kind, Severity

NO_MEMBERS = Kind(
    "plan.no_members",
    Severity.STOP,
    _("没有可以排的网格员，所以排不了两张表。"),
    _("请在文件里加一张网格员名单：姓名、队伍、住址。可先用 heli template 得到空表。"),
)
NO_HOUSEHOLDS = Kind(
    "plan.no_households",
    Severity.STOP,
    _("没有需要联系的农户，所以排不了网格划分表。"),
    _("请在文件里加一张农户表：组别、门牌号、户主。可先用 heli template 得到空表。"),
)
NO_POSTS = Kind(
    "plan.no_posts",
    Severity.STOP,
    _("没有投放点和班，所以排不了每周值班表。"),
    _("请在文件里加一张投放点表：名称、位置、早班和晚班的时间、每班人数。可先用 heli template 得到空表。"),
)
BOUNDS_WIDENED = Kind(
    "plan.bounds_widened",
    Severity.LOOK,
    _("%(households)d 户分给 %(members)d 人，做不到每人 %(usual)s 户，这次按每人 %(low)d–%(high)d 户排。"),
    _("如要别的户数，请用 --low 和 --high 写明，或者增减网格员。"),
)
FEW_COORDINATES = Kind(
    "plan.few_coordinates",
    Severity.LOOK,
    _("只有 %(placed)d 户有经纬度（共 %(households)d 户），这次按弄名、门牌号和组别算远近。"),
    _("要按米算远近，请补齐经纬度。"),
)
MEMBER_LOST = Kind(
    "plan.member_lost",
    Severity.LOOK,
    _("%(member)s 的住址没写或看不出在哪条弄，远近只能按全村平均算。"),
    _("请在住址一栏写门牌号，例如“上宅弄12号”。"),
)
HOME_UNKNOWN = Kind(
    "plan.home_unknown",
    Severity.LOOK,
    _("%(member)s 的住址“%(home)s”不在农户表里，远近按同一条弄里最近的号码算。"),
    _("如果写错了，请改住址；如果农户表漏了这一户，请补上。"),
)
KIN_UNKNOWN = Kind(
    "plan.kin_unknown",
    Severity.LOOK,
    _("%(who)s 写了亲属“%(name)s”，名单里没有这个人，没有用上。"),
    _("亲属请写户主的姓名（农户一侧写网格员的姓名）；不是户主的，写门牌号。"),
)
NAME_SHARED = Kind(
    "plan.name_shared",
    Severity.LOOK,
    _("%(who)s 写的“%(name)s”有 %(count)d 个同名的人，这次按离得最近的一个算。"),
    _("如果不是这一个，请写明门牌号。"),
)
WISH_UNKNOWN = Kind(
    "plan.wish_unknown",
    Severity.LOOK,
    _("%(who)s 写了愿联系“%(name)s”，表里找不到，没有用上。"),
    _("请写表里有的门牌号，或户主、网格员的姓名。"),
)
WISH_NOT_NEEDED = Kind(
    "plan.wish_not_needed",
    Severity.LOOK,
    _("%(who)s 愿联系的“%(name)s”不用联系（%(why)s），没有用上。"),
    _("如果这一户要联系，请改备注。"),
)
WISH_FROM_EXEMPT = Kind(
    "plan.wish_from_exempt",
    Severity.LOOK,
    _("%(who)s 希望由“%(name)s”联系，但他（她）不参加（%(why)s），没有用上。"),
    _("请与这一户另商量一位网格员。"),
)
REFUSAL_UNKNOWN = Kind(
    "plan.refusal_unknown",
    Severity.LOOK,
    _("%(who)s 写了不愿与“%(name)s”联系，表里找不到，没有用上。"),
    _("请写表里有的门牌号，或户主、网格员的姓名。"),
)
PIN_UNKNOWN = Kind(
    "plan.pin_unknown",
    Severity.STOP,
    _("固定表里的“%(name)s”在这个村的文件里找不到。"),
    _("请照网格划分表、每周值班表上的写法写；同名的人写明住址。"),
)
PIN_SHARED = Kind(
    "plan.pin_shared",
    Severity.STOP,
    _("固定表里的“%(name)s”有 %(count)d 个，分不清是哪一个。"),
    _("请把住址（或户主）也写上。"),
)
PIN_EXEMPT = Kind(
    "plan.pin_exempt",
    Severity.STOP,
    _("固定表里的“%(name)s”不参加这次排表（%(why)s）。"),
    _("请从固定表里去掉这一行，或改文件里的备注。"),
)
NEVER_FREE = Kind(
    "plan.never_free",
    Severity.LOOK,
    _("%(member)s 写的时间合起来一次班也排不进，这次没有排值班。"),
    _("请问一下本人哪天、哪一班可以，改不便时间或备注。"),
)
PARTNER_UNKNOWN = Kind(
    "plan.partner_unknown",
    Severity.LOOK,
    _("%(who)s 想与“%(name)s”同班，网格员里没有这个人，没有用上。"),
    _("请写网格员名单里的姓名。"),
)
MONTH_DAYS = Kind(
    "plan.month_days",
    Severity.LOOK,
    _("%(member)s 每月 %(days)s 日不便；每周相同的表避不开这几天，到时请换班。"),
    _("要避开，请用 --mode rotation，按日期排。"),
)
DATED = Kind(
    "plan.dated",
    Severity.LOOK,
    _("%(member)s %(times)s不便；每周相同的表避不开，到时请换班。"),
    _("要避开，请用 --mode rotation，按日期排。"),
)
SEASON_ENDS = Kind(
    "plan.season_ends",
    Severity.LOOK,
    _("“%(post)s”的开放时间随季节变；这张表按 %(day)s 的时间排，%(until)s 以后不能再用。"),
    _("到时请重新排一次。"),
)
APART_UNKNOWN = Kind(
    "plan.apart_unknown",
    Severity.LOOK,
    _("%(who)s 不愿与“%(name)s”同班，网格员里没有这个人，没有用上。"),
    _("请写网格员名单里的姓名。"),
)
POST_LOST = Kind(
    "plan.post_lost",
    Severity.LOOK,
    _("看不出“%(post)s”在哪里，排班时不考虑它离谁近。"),
    _("位置一栏请写弄名或路名，例如“塘沿路口”，或写经纬度。"),
)
NO_LEADER = Kind(
    "plan.no_leader",
    Severity.LOOK,
    _("名单里没有写谁能当组长，也没有村干部，值班表上没有组长。"),
    _("请在职务或备注一栏写“组长”，最好有七位以上。"),
)
NOBODY_OF_KIND = Kind(
    "plan.nobody_of_kind",
    Severity.LOOK,
    _("有%(seats)s班，但没有人可以站，这些班空着。"),
    _("请在网格员表加一列“岗位性质”，写明义务、志愿或有偿。"),
)
PREVIOUS_TURNS_LOST = Kind(
    "plan.previous_turns_lost",
    Severity.LOOK,
    _("上次的值班表里有 %(count)d 个班，人、投放点或班这次没有了；这几处重新排。"),
    _("人走了、点撤了就对；如果只是班改了名字，请看一下这几处排给了谁。"),
)
POINT_RENAMED = Kind(
    "plan.point_renamed",
    Severity.LOOK,
    _("投放点“%(new)s”在上次的表里写作“%(old)s”，当作同一个点。"),
    _("如果是两个点，请给新的点起一个不一样的名字，再排一次。"),
)
HOUSE_RENAMED = Kind(
    "plan.house_renamed",
    Severity.LOOK,
    _("有 %(count)d 户的门牌号写法和上次的表不同（“%(new)s”上次写作“%(old)s”），当作同一户。"),
    _("如果不是同一户，请把门牌号写清楚，再排一次。"),
)
PINS_GONE = Kind(
    "plan.pins_gone",
    Severity.LOOK,
    _("有 %(count)d 处定住的，人、户或投放点已经不在，这次没有照办。"),
    _("请看一下这几处现在排给了谁，要的话再定住。"),
)
HISTORY_UNKNOWN = Kind(
    "plan.history_unknown",
    Severity.LOOK,
    _("以前的值班表里有 %(count)d 个人这次没有，他们值过的班没有算进来。"),
    _("人走了就对；如果只是改了写法，请改回来再排一次。"),
)
SERVED_UNUSED = Kind(
    "plan.served_unused",
    Severity.LOOK,
    _("给了以前的值班表，名册里的“已值班次”就不再算，免得同一个班算两次。"),
    _("如果那一列是更早的班，大家都有，不用改；要按那一列算，请不要给以前的值班表。"),
)
PREVIOUS_UNKNOWN = Kind(
    "plan.previous_unknown",
    Severity.LOOK,
    _("上次的表里有 %(count)d 个名字或门牌号，这次的文件里没有；这几处重新排。"),
    _("人走了、户拆了就对；如果只是改了写法，请改回来再排一次。"),
)
RARE_CHARACTER = Kind(
    "plan.rare_character",
    Severity.LOOK,
    _("“%(name)s”里的字（%(codes)s）字库里没有，图和打印件上写成编码。"),
    _("请在打印件上用笔补上；Excel 里的字不受影响。"),
)
