"""The table of roles and verbs, written by hand: from it the answers of ``tests/<slice>/access.py`` are
derived, so that a change of it must be wanted here too."""

from heli.kernel.access.roles import MAY, Role, Verb

TABLE = """
              admin line unit head leader member auditor
see_zone      yes   yes  -    -    -      -      yes
see_village   yes   yes  yes  yes  yes    -      -
reveal        -     -    yes  yes  -      -      -
upload        yes   -    yes  -    -      -      -
edit          yes   -    yes  yes  -      -      -
plan          yes   -    yes  yes  -      -      -
publish       yes   -    yes  -    -      -      -
tick          yes   -    yes  yes  yes    -      -
swap          yes   -    yes  yes  yes    yes    -
grant         yes   -    yes  -    -      -      -
read_audit    yes   -    -    -    -      -      yes
configure     yes   -    -    -    -      -      -
"""


def test_who_may_do_what():
    roles, *lines = [line.split() for line in TABLE.strip().splitlines()]
    assert (set(roles), {verb for verb, *_ in lines}) == (set(Role), set(Verb))
    written = {
        (verb, role): word == "yes" for verb, *words in lines for role, word in zip(roles, words, strict=True)
    }
    assert written == {(verb, role): verb in MAY[role] for verb in Verb for role in Role}
