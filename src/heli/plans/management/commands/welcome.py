"""``heli`` without a word: what there is."""

from __future__ import annotations

from heli.kernel.lib.console import HeliCommand

WELCOME = """\
合力 Heli

  heli tables 村里的文件.xlsx -o out    排出网格划分表和每周值班表
                                        one village's book in, the two tables out
  heli template 登记表.xlsx             空的登记表和填好的例子
                                        an empty book and a filled example
  heli village                          编一个村试一试
                                        try it on an invented village
  heli demo                             编一个开发区，在浏览器里试
                                        an invented zone, in the browser
  heli migrate, begin, serve            正式使用网页：建库、建村、开网站
                                        the web in earnest: database, villages, server
  heli backup, restore, audit verify    备份、恢复、查操作记录
                                        keep it safe, check what was done

  heli tables --help                    全部选项 / all options"""


class Command(HeliCommand):
    """See the module."""

    help = "有哪些命令 / which commands there are"

    def handle(self, *_args: object, **_words: object) -> None:
        """Say them."""
        self.stdout.write(WELCOME)
