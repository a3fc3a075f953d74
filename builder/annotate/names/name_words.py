"""Nothing in, which list of names.toml makes which names out: list, label, rule.

HEADS stand before "of", OPENERS at the head of a name, TAILS at its end.
"""

# A list, and the label and the rule of the names that its words make.
Maker = tuple[str, str, str]

HEADS = (
    ("org_heads", "ORG", "org-of"),
    ("landform_heads", "LOC", "landform-of"),
    ("event_heads", "EVENT", "event-of"),
    ("law_heads", "LAW", "law-of"),
)
OPENERS = (
    ("landform_heads", "LOC", "landform"),
    ("event_heads", "EVENT", "event"),
    ("club_heads", "ORG", "org-head"),
    ("ship_heads", "PRODUCT", "ship"),
)
TAILS = (
    ("newspapers", "ORG", "newspaper"),
    ("org_tails", "ORG", "org-tail"),
    ("facilities", "FAC", "facility"),
    ("landforms", "LOC", "landform"),
    ("events", "EVENT", "event"),
    ("laws", "LAW", "law"),
    ("prizes", "WORK_OF_ART", "prize"),
    ("region_tails", "GPE", "region"),
)
