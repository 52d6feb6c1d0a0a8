"""Mistakes of names, types and conditions: each a change of the tree with one of everything."""

from __future__ import annotations

Change = tuple[str, str]

SET = 'set     = { "deal.competitor" = "none" }'
BUDGET = '{ is = ["approved", "planned"], to = "payback" }'

# What is wrong; its code, the words that are underlined, and a part of what is told.
MISTAKES: dict[str, tuple[Change, str, str, str]] = {
    # ids and names
    "id in capitals": (
        ('id      = "tree"', 'id      = "Lead Tree"'),
        *("bad-name", '"Lead Tree"', "Write `lead-tree`."),
    ),
    "node id in snake case": (
        ("[outcomes.discover]\n", "[outcomes.dis_cover]\ntitle = 'D'\n[outcomes.discover]\n"),
        *("bad-name", "dis_cover", "Ids look like `dis-cover`."),
    ),
    "outcome named as a node": (
        ("[outcomes.discover]\n", "[outcomes.size]\ntitle = 'D'\n[outcomes.discover]\n"),
        *("duplicate-id", "size", "`size` is a node and an outcome."),
    ),
    "fact named as a parameter": (
        ("[facts.need]", "[facts.large]\ntype = 'text'\n[facts.need]"),
        *("duplicate-id", "large", "`large` is there twice."),
    ),
    "derived fact named as a fact": (
        ("revenue_per_head = ", "budget = '1'\nrevenue_per_head = "),
        *("duplicate-id", "budget", "`budget` is there twice."),
    ),
    "score named as a parameter": (
        ("[scores.fit]", "[scores.strong]\npoints = [{ add = 1, if = 'need > 1' }]\n[scores.fit]"),
        *("duplicate-id", "strong", "`strong` is there twice."),
    ),
    "question in place named as a fact": (
        ("[facts.need]", "[facts.payback]\ntype = 'text'\n[facts.need]"),
        *("duplicate-id", "payback", "`payback` is there twice."),
    ),
    "parameter named with a word of the language": (
        ("strong = { value = 60 }", "strong = { value = 60 }\nbetween = { value = 1 }"),
        *("bad-name", "between", "`between` has a meaning of its own."),
    ),
    "fact named with a hyphen": (
        ("[facts.need]", "[facts.too-large]\ntype = 'text'\n[facts.need]"),
        *("bad-name", "too-large", "Names look like `too_large`."),
    ),
    "shared fact in a tree": (
        ("[facts.need]", "[facts.\"account.size\"]\ntype = 'text'\n[facts.need]"),
        *("bad-name", '"account.size"', "Shared facts live in trees/facts.toml"),
    ),
    # ways
    "start at nothing": (
        ('start   = "size"', 'start   = "sise"'),
        *("unknown-target", '"sise"', "Did you mean `size`?"),
    ),
    "branch to nowhere": (
        ('{ is = "yes", to = "access" }', '{ is = "yes", to = "acess" }'),
        *("unknown-target", '"acess"', "Did you mean `access`?"),
    ),
    "branch to nothing alike": (
        ('{ is = "yes", to = "access" }', '{ is = "yes", to = "zzz" }'),
        *("unknown-target", '"zzz"', "Nodes and outcomes: size, fit"),
    ),
    "otherwise to nowhere": (
        ('otherwise = "discover"\nbranches  = [{ is', 'otherwise = "discovr"\nbranches  = [{ is'),
        *("unknown-target", '"discovr"', "Did you mean `discover`?"),
    ),
    "action for an outcome that is not there": (
        ('outcomes = ["qualified"]', 'outcomes = ["qualifid"]'),
        *("unknown-outcome", '"qualifid"', "Did you mean `qualified`?"),
    ),
    # branches
    "choice misspelt": (
        (BUDGET, BUDGET.replace('"planned"', '"planed"')),
        *("unknown-choice", '"planed"', 'Did you mean "planned"?'),
    ),
    "label instead of a choice": (
        (BUDGET, BUDGET.replace('"approved"', '"Yes, approved"')),
        *("unknown-choice", '"Yes, approved"', 'Did you mean "approved"?'),
    ),
    "is beside when": (
        ('{ when = "< 50", to', '{ is = 3, when = "< 50", to'),
        *("branch-kind", '{ is = 3, when = "< 50", to = "discover" }', "`is` and `when`"),
    ),
    "if after decide": (
        ('{ when = "< 50", to', '{ if = "account.employees < 50", to'),
        *("branch-kind", '{ if = "account.employees < 50", to = "discover" }', "`if`"),
    ),
    "when without decide": (
        ('{ if = "deal.amount >= 50000 and revenue_per_head > 10", to', '{ when = ">= 50000", to'),
        *("branch-kind", "when", 'Give the node decide = "..."'),
    ),
    "ladder without an end": (
        (', { below = true, to = "discover" }]', "]"),
        *("ladder-open", '{ at_least = 30, to = "payback" }', "Close it with { below = true"),
    ),
    "text for a number": (
        ('{ when = "< 50", to', '{ is = "small", to'),
        *("type-mismatch", '"small"', "`account.employees` is a number; this is the text"),
    ),
    "decide and ask": (
        ('ask      = "Does it pay back?"', 'ask      = "Does it pay back?"\ndecide = "budget"'),
        *("node-kind", "ask", "it can do only one of them"),
    ),
    "choices without a question": (
        ('together  = ["deal.amount", "need"]', 'choices = { a = "A" }'),
        *("node-kind", "choices", "asks nothing"),
    ),
    "node without branches": (
        ('branches = [{ is = "yes", to = "access" }, { is = "no", to = "discover" }]', ""),
        *("no-branches", "payback", "Add branches = [...]."),
    ),
    # conditions
    "number compared with a text": (
        ("deal.amount >= 50000 and", "deal.amount >= 'much' and".replace("'", '\\"')),
        *("type-mismatch", 'deal.amount >= \\"much\\"', "is a number"),
    ),
    "unknown name in a condition": (
        ("50000 and revenue_per_head", "50000 and revenu_per_head"),
        *("unknown-name", "revenu_per_head", "Did you mean `revenue_per_head`?"),
    ),
    "choice that is not there in a condition": (
        ('if       = "deal.amount > 50000"', "if = 'deal.amount > 50000 and budget = \"aproved\"'"),
        *("unknown-choice", '"aproved"', 'Did you mean "approved"?'),
    ),
    "condition that is no yes or no": (
        ('if       = "deal.amount > 50000"', 'if       = "deal.amount + 50000"'),
        *("not-a-condition", "deal.amount + 50000", "is a number, not a condition"),
    ),
    "constant arithmetic for a range": (
        ('when = "[50..large)"', 'when = "50-1000"'),
        *("constant-arithmetic", "50-1000", "[50..1000]"),
    ),
    "word without quotes in a test": (
        (BUDGET, '{ when = "approved", to = "payback" }'),
        *("unknown-name", "approved", 'Write "approved" in quotes.'),
    ),
    "bracket never closed": (
        ('"not(known(budget))"', '"not(known(budget)"'),
        *("condition-syntax", "(", "never closed"),
    ),
    # texts
    "unknown name in a text": (
        ("For {account.name}.", "For {account.nam}."),
        *("unknown-name", "account.nam", "Did you mean `account.name`?"),
    ),
    "unknown name in a question": (
        ("{account.name | the account}", "{account.nam | the account}"),
        *("unknown-name", "account.nam", "Did you mean `account.name`?"),
    ),
    "unknown name in a question in place": (
        ("Does it pay back?", "Does it pay {account.nam} back?"),
        *("unknown-name", "account.nam", "Did you mean `account.name`?"),
    ),
    "unknown name in a reason": (("Below {large}", "Below {lrage}"), "unknown-name", "lrage", "`large`"),
    "unknown name in a note": (
        ('note = "Large"', 'note = "Large: {account.nam}"'),
        *("unknown-name", "account.nam", "Did you mean `account.name`?"),
    ),
    "brace alone": (("For {account.name}.", "For {account.name."), "bad-slot", "{", "stands alone"),
    "no name between braces": (
        ("For {account.name}.", "For {1 + 1}."),
        *("bad-slot", "{1 + 1}", "holds no name"),
    ),
    "item outside a list": (
        ("Book the call with {stakeholder.name}", "Book {item}"),
        *("unknown-name", "item", "only in an action with `each`"),
    ),
    # roles, owners, objections, periods
    "role misspelt": (
        ('end-user = "For you."', 'end-usr = "For you."'),
        *("unknown-role", "end-usr", "Did you mean `end-user`?"),
    ),
    "role misspelt in an action": (
        ("influencer =", "influncer ="),
        *("unknown-role", "influncer", "Did you mean `influencer`?"),
    ),
    "owner misspelt": (('owner    = "rep"', 'owner    = "repp"'), "unknown-owner", '"repp"', "`rep`"),
    "owner of a fallback misspelt": (
        ('owner = "manager"', 'owner = "manger"'),
        *("unknown-owner", '"manger"', "Did you mean `manager`?"),
    ),
    "objection that no persona has": (
        ('say     = "Well done."', 'objection = "wrong-choic"'),
        *("unknown-objection", '"wrong-choic"', "Did you mean `wrong-choice`?"),
    ),
    "period that is none": (
        ('within   = "2 workdays"', 'within   = "2 fortnights"'),
        *("bad-duration", '"2 fortnights"', "is no stretch of time"),
    ),
    "period by a parameter misspelt": (
        ('within = "soon"', 'within = "son"'),
        *("bad-duration", '"son"', "Did you mean `soon`?"),
    ),
    "period by a parameter that is a number": (
        ('within = "soon"', 'within = "large"'),
        *("bad-duration", '"large"', "Parameter `large` holds no duration."),
    ),
    "revisit that is no period": (
        ('revisit = "P90D"', 'revisit = "90 days"'),
        *("bad-duration", '"90 days"', "is no stretch of time"),
    ),
    "due beside within": (
        ('within   = "2 workdays"', 'within   = "2 workdays"\ndue = "today()"'),
        *("due-twice", "due", "Keep one of them."),
    ),
    "due that is no date": (
        ('due      = "today() + duration(\\"P14D\\")"', 'due      = "deal.amount"'),
        *("type-mismatch", '"deal.amount"', "`deal.amount` is no date."),
    ),
    "list that is not there": (
        ('each   = "lists.open_points"', 'each   = "lists.open_point"'),
        *("unknown-list", '"lists.open_point"', "Did you mean `lists.open_points`?"),
    ),
    # facts, parameters, scores
    "set of an unknown fact": (
        (SET, 'set     = { "deal.competitr" = "none" }'),
        *("unknown-fact", '"deal.competitr"', "Did you mean `deal.competitor`?"),
    ),
    "set of a value of another type": (
        (SET, 'set     = { "account.employees" = "many" }'),
        *("type-mismatch", '"many"', "`account.employees` is of type integer"),
    ),
    "set and computed": (
        (SET, 'set     = { "deal.review_on" = 2026-01-01 }'),
        *("set-twice", '"deal.review_on"', "is both set and computed"),
    ),
    "computed value of another type": (
        ("'today() + duration(\"P90D\")'", '"account.employees"'),
        *("type-mismatch", '"account.employees"', "gives no value that `deal.review_on` can hold"),
    ),
    "asked together with an unknown fact": (
        ('together  = ["deal.amount", "need"]', 'together  = ["deal.amont", "need"]'),
        *("unknown-fact", '"deal.amont"', "Did you mean `deal.amount`?"),
    ),
    "parameter by a fact without choices": (
        ('by = "account.client"', 'by = "account.employees"'),
        *("unknown-fact", '"account.employees"', "is no fact with choices"),
    ),
    "parameter for a choice that is not there": (
        ("{ new = 7, current = 30 }", "{ nwe = 7, current = 30 }"),
        *("unknown-choice", "nwe", "Did you mean `new`?"),
    ),
    "parameter with several values and no fact": (
        (', by = "account.client" }', " }"),
        *("missing-key", "cycle", "several values but no `by`"),
    ),
    "parameter with values of two types": (
        ("{ new = 7, current = 30 }", '{ new = 7, current = "P7D" }'),
        *("wrong-type", '{ new = 7, current = "P7D" }', "different types"),
    ),
    "choice without choices": (
        ('choices = { approved = "Yes, approved", planned = "Planned", none = "No" }\n', ""),
        *("no-choices", "budget", "a choice without choices"),
    ),
    "minimum above maximum": (("minimum = 1", "minimum = 9"), "wrong-bounds", "9", "above the maximum 5"),
    "stale after no period": (
        ("minimum = 1", 'minimum = 1\nstale_after = "a year"'),
        *("bad-duration", '"a year"', "For example P90D"),
    ),
    "score without an upper bound": (
        ('{ add = "need", max = 5 }', '{ add = "account.employees" }'),
        *("rule-bounds", "add", "has no upper bound"),
    ),
    "score of a constant": (('add = "need", max = 5', "add = 5"), "rule-kind", "{ add = 5 }", "always"),
    "score of nothing": (('add = "need", max = 5', "max = 5"), "rule-kind", "{ max = 5 }", "nothing"),
    "score over a fact beside a condition": (
        ("{ add = 40, if", '{ add = "need", if'),
        *("rule-bounds", '"need"', "it is to be a number or a parameter"),
    ),
    "score for a choice that is not there": (
        ("is = { new = 10, current", "is = { nwe = 10, current"),
        *("unknown-choice", "nwe", "Did you mean `new`?"),
    ),
    # list facts
    "list fact of a text": (
        ("[derived]", "[book.place]\nas = 'rank'\nof = 'account.name'\n[derived]"),
        *("type-mismatch", "account.name", "a number is expected"),
    ),
    "list fact of an unknown fact": (
        ("[derived]", "[book.place]\nas = 'rank'\nof = 'account.employes'\n[derived]"),
        *("unknown-name", "account.employes", "Did you mean `account.employees`?"),
    ),
    "list fact of no kind": (
        ("[derived]", "[book.place]\nas = 'rnak'\nof = 'need'\n[derived]"),
        *("unknown-value", "'rnak'", 'Did you mean "rank"?'),
    ),
    "list fact without its kind": (
        ("[derived]", "[book.place]\nof = 'need'\n[derived]"),
        *("missing-key", "place", 'as = "percentile"'),
    ),
    "rank of nothing": (
        ("[derived]", "[book.place]\nas = 'rank'\n[derived]"),
        *("missing-key", "place", "List fact `place` has no `of`."),
    ),
    "alike in nothing": (
        ("[derived]", "[book.twins]\nas = 'count-alike'\n[derived]"),
        *("missing-key", "twins", "List fact `twins` has no `by`."),
    ),
    "alike in an unknown fact": (
        ("[derived]", "[book.twins]\nas = 'count-alike'\nby = ['nede']\n[derived]"),
        *("unknown-fact", "'nede'", "Did you mean `need`?"),
    ),
    "count of a number": (
        ("[derived]", "[book.many]\nas = 'count'\nof = 'need'\n[derived]"),
        *("book-kind", "of", "Write `where`"),
    ),
    "limits of a rank": (
        ("[derived]", "[book.place]\nas = 'rank'\nof = 'need'\nshare_a = 0.7\n[derived]"),
        *("book-kind", "share_a", 'It goes with "abc".'),
    ),
    "where that is no condition": (
        ("[derived]", "[book.many]\nas = 'count'\nwhere = 'need + 1'\n[derived]"),
        *("not-a-condition", "need + 1", "is a number, not a condition"),
    ),
    "list fact in capitals": (
        ("[derived]", "[book.Top]\nas = 'count'\n[derived]"),
        *("bad-name", "Top", "Names look like `top`."),
    ),
    "list fact that reads another": (
        ("[derived]", "[book.a]\nas = 'count'\n[book.b]\nas = 'rank'\nof = 'book.a'\n[derived]"),
        *("book-in-book", "'book.a'", "List fact `b` reads the list fact `book.a`."),
    ),
    "list fact that reads itself by a derived fact": (
        ("[derived]", "[book.a]\nas = 'rank'\nof = 'twice'\n[derived]\ntwice = 'book.a * 2'"),
        *("book-in-book", "'twice'", "List fact `a` reads the list fact `book.a` through `twice`."),
    ),
    "limit in per cent": (
        ("[derived]", "[book.a]\nas = 'abc'\nof = 'need'\nshare_a = 80\n[derived]"),
        *("book-limits", "80", "a share between 0 and 1"),
    ),
    "limit by a fact": (
        ("[derived]", "[book.a]\nas = 'abc'\nof = 'need'\nrank_b = 'need'\n[derived]"),
        *("book-limits", "'need'", "is not one value for the whole list"),
    ),
    "limit that is a date": (
        ("[derived]", "[book.a]\nas = 'abc'\nof = 'need'\nrank_b = 2026-01-01\n[derived]"),
        *("wrong-type", "2026-01-01", "a number or a parameter"),
    ),
    "limits the wrong way round": (
        ("[derived]", "[book.a]\nas = 'abc'\nof = 'need'\nshare_a = 0.97\n[derived]"),
        *("book-limits", "0.97", "B would lie inside A"),
    ),
    "set of a list fact": (
        ("[outcomes.discover]\n", "[book.a]\nas = 'count'\n[outcomes.discover]\nset = { 'book.a' = 1 }\n"),
        *("book-kind", "'book.a'", "an outcome cannot set it"),
    ),
    # group facts
    "group fact of no kind": (
        ("[derived]", "[people.who]\nas = 'colect'\nof = 'stakeholder.role'\n[derived]"),
        *("unknown-value", "'colect'", 'Did you mean "collect"?'),
    ),
    "group fact without its kind": (
        ("[derived]", "[people.who]\nof = 'stakeholder.role'\n[derived]"),
        *("missing-key", "who", 'as = "count"'),
    ),
    "any without a condition": (
        ("[derived]", "[people.friend]\nas = 'any'\n[derived]"),
        *("missing-key", "friend", "Group fact `friend` has no `if`."),
    ),
    "missing of nothing": (
        ("[derived]", "[people.lack]\nas = 'missing'\n[derived]"),
        *("missing-key", "lack", 'of = "stakeholder.role"'),
    ),
    "contradicted in nothing": (
        ("[derived]", "[people.apart]\nas = 'contradicted'\n[derived]"),
        *("missing-key", "apart", 'facts = ["deal.budget"'),
    ),
    "count of a fact": (
        ("[derived]", "[people.many]\nas = 'count'\nof = 'stakeholder.role'\n[derived]"),
        *("people-kind", "of", 'It goes with "collect", "missing".'),
    ),
    "condition on who contradicts": (
        (
            "[derived]",
            "[people.apart]\nas = 'contradicted'\nfacts = ['need']\nif = 'need > 1'\n[derived]",
        ),
        *("people-kind", "if", "Everybody's word counts"),
    ),
    "collected from the account": (
        ("[derived]", "[people.who]\nas = 'collect'\nof = 'account.client'\n[derived]"),
        *("people-kind", "'account.client'", "is no fact of a person"),
    ),
    "contradicted about a person": (
        ("[derived]", "[people.apart]\nas = 'contradicted'\nfacts = ['stakeholder.role']\n[derived]"),
        *("people-kind", "'stakeholder.role'", "nobody can contradict it"),
    ),
    "contradicted under one name": (
        (
            "[derived]",
            "[people.apart]\nas = 'contradicted'\nfacts = ['budget', 'deal.budget']\n[derived]",
        ),
        *("people-kind", "['budget', 'deal.budget']", "would both be `budget`"),
    ),
    "collected from an unknown fact": (
        ("[derived]", "[people.who]\nas = 'collect'\nof = 'stakeholder.roll'\n[derived]"),
        *("unknown-fact", "'stakeholder.roll'", "Did you mean `stakeholder.role`?"),
    ),
    "who counts that is no condition": (
        ("[derived]", "[people.many]\nas = 'count'\nif = 'need + 1'\n[derived]"),
        *("not-a-condition", "need + 1", "is a number, not a condition"),
    ),
    "group fact in capitals": (
        ("[derived]", "[people.Many]\nas = 'count'\n[derived]"),
        *("bad-name", "Many", "Names look like `many`."),
    ),
    "group fact that reads another": (
        ("[derived]", "[people.a]\nas = 'count'\n[people.b]\nas = 'any'\nif = 'people.a > 1'\n[derived]"),
        *("people-in-people", "'people.a > 1'", "Group fact `b` reads the group fact `people.a`."),
    ),
    "group fact that reads a list fact by a derived fact": (
        (
            "[derived]",
            "[book.n]\nas = 'count'\n[people.a]\nas = 'count'\nif = 'twice > 1'\n"
            "[derived]\ntwice = 'book.n * 2'",
        ),
        *("people-in-people", "'twice > 1'", "Group fact `a` reads the list fact `book.n` through `twice`."),
    ),
    "set of a group fact": (
        (
            "[outcomes.discover]\n",
            "[people.a]\nas = 'count'\n[outcomes.discover]\nset = { 'people.a' = 1 }\n",
        ),
        *("people-kind", "'people.a'", "an outcome cannot set it"),
    ),
}

_EACH = 'each  = "stakeholder"\n'
_BACK = """
id = "back"
title = "Back"
start = "again"
[nodes.again]
each = "stakeholder"
tree = "person"
to = "done"
[outcomes.done]
title = "Done"
"""

# Walks for every person: changes of the tree, other files, the code, the words underlined, what is told.
EACH_MISTAKES: dict[str, tuple[tuple[Change, ...], dict[str, str], str, str, str]] = {
    "walked for something else": (
        (('each  = "stakeholder"', 'each  = "contact"'),),
        {},
        *("unknown-value", '"contact"', '`each` cannot be "contact".'),
    ),
    "a tree that is not there": (
        (('tree  = "person"', 'tree  = "persn"'),),
        {},
        *("unknown-tree", '"persn"', "Did you mean `person`?"),
    ),
    "no tree": (
        (('tree  = "person"\n', ""),),
        {},
        *("missing-key", "each", "Node `everybody` does not say which tree is walked for every person."),
    ),
    "nowhere to go on to": (
        (('to    = "money"\n', ""),),
        {},
        *("missing-key", "each", "Node `everybody` does not say where it goes on."),
    ),
    "on to a misspelt node": (
        (('to    = "money"', 'to    = "mony"'),),
        {},
        *("unknown-target", '"mony"', "Did you mean `money`?"),
    ),
    "on to somewhere without walking for anybody": (
        (('each  = "stakeholder"\ntree  = "person"\n', ""),),
        {},
        *("node-kind", "to", "which goes with `each`"),
    ),
    "a decision": (
        ((_EACH, _EACH + 'decide = "account.employees"\n'),),
        {},
        *("node-kind", "decide", "It goes on to `to`; decide in a node of its own behind it."),
    ),
    "a question": (
        ((_EACH, _EACH + 'ask = "Well?"\n'),),
        {},
        *("node-kind", "ask", "Ask in a node of its own before it."),
    ),
    "branches": (
        ((_EACH, _EACH + 'branches = [{ is = "meet", to = "money" }]\n'),),
        {},
        *("node-kind", "branches", "decide in a node of its own behind it."),
    ),
    "otherwise": (
        ((_EACH, _EACH + 'otherwise = "money"\n'),),
        {},
        *("node-kind", "otherwise", "`otherwise` means nothing there."),
    ),
    "unknown": (
        ((_EACH, _EACH + 'unknown = "money"\n'),),
        {},
        *("node-kind", "unknown", "`unknown` means nothing there."),
    ),
    "a wait": (
        ((_EACH, _EACH + 'wait = { after = "deal.close_date", for = "P1D" }\n'),),
        {},
        *("node-kind", "wait", "Put the wait into a node of its own before it."),
    ),
    "a tree about accounts for every person": (
        (),
        {"person": 'id = "person"\ntitle = "P"\nstart = "done"\n[outcomes.done]\ntitle = "Done"\n'},
        *("each-subject", '"person"', "Tree `person` is about the account"),
    ),
    "in a tree about one person": (
        (('subject = "account"', 'subject = "stakeholder"'),),
        {},
        *("each-subject", "each", "Put the node into a tree about the account or the deal."),
    ),
    "called from a tree about one person": (
        (
            ('subject = "account"', 'subject = "stakeholder"'),
            (
                'each  = "stakeholder"\ntree  = "person"\nto    = "money"',
                'tree = "back"\notherwise = "money"\nbranches = [{ is = "done", to = "money" }]',
            ),
        ),
        {"back": _BACK},
        *("each-subject", '"back"', "Tree `back` walks a tree for every person; tree `tree`, which calls it"),
    ),
}
