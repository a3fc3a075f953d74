"""Know licences by the names that people write, and which of them let a text be given away.

The ids are those of the SPDX licence list, which ``packaging`` brings along.
"""

import re

# What builder.toml says of a licence that has no id, and of one that nobody knows.
OTHER, UNKNOWN = "other", "unknown"
# No id of the list is half as long.
_LONGEST = 200
_CREATIVE_COMMONS = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/"
    r"(?:licenses/(?P<kind>[a-z-]{2,8})/(?P<version>\d\.\d)(?:/(?P<place>[a-z]{2,3})(?=/|$))?"
    r"|publicdomain/(?P<public>zero|mark)/1\.0)(?:/(?:(?:deed|legalcode)[\w.-]{0,20})?)?",
    re.IGNORECASE,
)
_LISTED = re.compile(r"https?://(?:www\.)?spdx\.org/licenses/([A-Za-z0-9.+-]{1,60}?)(?:\.html)?/?$")
_PUBLIC = {"zero": "CC0-1.0", "mark": "CC-PDM-1.0"}
_BY = re.compile(r"CC-(BY(?:-NC)?(?:-SA|-ND)?)-(\d\.\d)(?:-([A-Z]+))?")

_NOT_COMMERCIAL = "it allows no commercial use"
_NOT_CHANGED = "it allows no adapted text, and cleaning takes lines out of one"
# The first pattern that fits an id says what keeps its text from being given away; nothing does
# where that is empty. The last part says why.
PERMISSIONS: tuple[tuple[str, str, str], ...] = (
    (r"CC0-1\.0|CC-PDM-1\.0|CC-PDDC|PDDL-1\.0", "", "in the public domain, or as good as"),
    (r"CC-BY-NC-ND-.*", f"{_NOT_COMMERCIAL}; {_NOT_CHANGED}", "non-commercial, no derivatives"),
    (r"CC-BY-NC-.*", _NOT_COMMERCIAL, "non-commercial"),
    (r"CC-BY-ND-.*", _NOT_CHANGED, "no derivatives"),
    (r"CC-(?:BY-)?SA-.*", "", "who is named, and under the same licence"),
    (r"CC-BY-.*", "", "who is named"),
    (r"ODC-By-1\.0|ODbL-1\.0|CDLA-.*", "", "open data: who is named, some under the same licence"),
    (r"OGL-.*|etalab-2\.0", "", "open data of governments: who is named"),
    (r".*", "it is made for something else than texts", "licences of software, fonts and others"),
)


def spdx_id(name: str) -> str | None:
    """Return the SPDX id that a licence's name or address means, None if it means none.

    ``CC BY 4.0``, ``cc-by-4.0`` and the address of its deed all mean ``CC-BY-4.0``; ``CC BY`` has
    no version, and so means none.
    """
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    name = name.strip()
    if len(name) > _LONGEST:
        return None
    if found := _CREATIVE_COMMONS.fullmatch(name):
        name = _of_creative_commons(found)
    elif listed := _LISTED.match(name):
        name = listed[1]
    spelled = "CC0-1.0" if name.upper() == "CC0" else "-".join(name.split())
    try:
        known = str(canonicalize_license_expression(spelled))
    except InvalidLicenseExpression:
        return None
    return None if " " in known or known.startswith("LicenseRef-") else known


def _of_creative_commons(found: re.Match[str]) -> str:
    if found["public"]:
        return _PUBLIC[found["public"].lower()]
    place = f"-{found['place']}" if found["place"] else ""
    return f"CC-{found['kind']}-{found['version']}{place}"


def keeps_text(identity: str) -> str:
    """Return why a text under an SPDX licence may not simply be given away, empty if it may."""
    return next(why for fits, why, _ in PERMISSIONS if re.fullmatch(fits, identity))


def address(identity: str) -> str:
    """Return where the licence with an SPDX id can be read."""
    if identity == "CC0-1.0":
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    if found := _BY.fullmatch(identity):
        place = f"{found[3].lower()}/" if found[3] else ""
        return f"https://creativecommons.org/licenses/{found[1].lower()}/{found[2]}/{place}"
    return f"https://spdx.org/licenses/{identity}.html"
