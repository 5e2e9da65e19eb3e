"""What pages of refusal say: the heading and the cure."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PROBLEMS: dict[str, tuple[str | Promise, str | Promise]] = {
    "400": (_("没看懂送来的内容"), _("请回到刚才那一页，刷新后再填一次。")),
    "403": (
        _("你能看这个村，但不能做这件事"),
        _("需要做的话，请村（企）负责人来做，或请管理员给你开这项权限。"),
    ),
    "403-1": (
        _("页面放得太久，没有保存"),
        _("请回到刚才那一页，刷新后再交一次；刚才填的字，先抄下来。浏览器要允许本站的 Cookie。"),
    ),
    "404": (_("没有这一页"), _("网址可能抄错了，这一页已经撤下，或者不归你看。")),
    "411": (_("没看懂送来的内容"), _("请用浏览器打开本站，再填一次；还是不行，请管网站的人看看代理的设置。")),
    "413": (_("文件太大，没有收下"), _("请删去图片和多余的工作表，只留住户和网格员，再传一次。")),
    "503": (_("这张表画得太久，没有画成"), _("请过一会儿再打开；还不行，请告诉管理员。")),
    "413-1": (_("填的内容太多，没有保存"), _("请回到刚才那一页，写短一些，或分几次交。")),
    "500": (_("系统出错了，刚才的事可能没有做成"), _("请过一会儿再试；先回去看看刚才的事做成没有，再重做。")),
}
"""By code; the code is what people can read out on the telephone."""
