"""Write the example lists `accounts.csv` and `contacts.csv`: the dirty CRM export of nobody's customers.

Promises: the same bytes on every Python from 3.11 on (a fixed seed, `random`, `randrange` and `choice` only,
whole-number arithmetic, no locale, no clock, quoting of its own); every kind of dirt that `README.md` lists,
at the rows it names; three accounts told in full. Refuses real data: companies are put together from
invented syllables, people from placeholder names, addresses end in `.example` or are at `example.com`,
telephone numbers are 555-01xx.

    python examples/generate.py [DIR]            write both files (default: the folder of this file)
    python examples/generate.py [DIR] --check    exit 1 if the files there differ from what would be written
"""

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

SEED = 20260331
EXPORTED = date(2026, 3, 31)  # nothing in the files is later
GOOD = 300  # accounts that every reader should take: ACC-0001 to ACC-0300

# The rows made dirty by hand. README.md names each of them; tests/test_examples.py holds both to it.
FORMULA = "ACC-0023"
COMMA = "ACC-0044"
MARKUP = "ACC-0057"
NEWLINE = "ACC-0090"
WIDE = "ACC-0140"
PADDED = "ACC-0171"
WRONG_NUMBER = "ACC-0301"
RAGGED = "ACC-0302"
TWICE_ALIKE = "ACC-0041"
TWICE_DIFFERENT = "ACC-0118"
CONTACT_TWICE = "CON-0250"
UNKNOWN_ACCOUNTS = ("ACC-9001", "ACC-9002", "ACC-9002", "ACC-9003")

ACCOUNT_COLUMNS = (
    "Account ID|Account Name|Type|Industry|Employees|Annual Revenue|Billing Country|Website|Owner|"
    "Lead Source|Created Date|Last Activity|Parent Account|Fax|Record Type|Legacy Key|Modified By|"
    "Description|Buying Stage|Pain Point|Champion Tested|Plan Points"
)
# From "Budget" on: what the person told of the purchase, and the day on which it was noted.
CONTACT_COLUMNS = (
    "Contact ID|Account ID|Name|Title|Contact Role|Email|Phone|Influence|Interest|Attitude|Last Contact|"
    "Champion Tests|Budget|Decision Date|Purchasing|On Hold Until|Noted On"
)

# Three accounts told in full, in the places of people drawn by chance: one healthy, one that hangs on one
# person, one whose people tell different things. First what the list of accounts says; then a line for each
# person, from "Name" to "Contact Role" and from "Influence" on.
HEALTHY, SINGLE, CONTRADICTORY = "ACC-0182", "ACC-0067", "ACC-0148"
IN_FULL = {
    HEALTHY: (
        "2026-03-30|Supplier Selection|Branches price promotions by hand, and one in nine goes out late|Yes|"
        "opportunities; objectives; result; agreed; obstacles; links; players",
        "Teresa Oakmeadow|CFO|Economic Buyer|5|4|1|2026-03-24||Approved|2026-05-29|Committee||2026-03-24",
        "Wei Birchmere|CIO (acting)|Technical Buyer|4|4|1|2026-03-26|||2026-05-29|Committee||2026-03-26",
        "Hana Marshgate|Data Protection Officer|Evaluator|4|3|0|2026-03-19",
        "Amir Haymoor|RevOps Manager|Influencer|4|5|2|2026-03-30|door; spoke|Yes|2026-05-29|||2026-03-30",
        "Ruth Elderstoke|Store Manager|Business User|3|5|1|2026-03-25",
    ),
    SINGLE: (
        "2026-03-27|Consideration|Quotes wait two days for figures from three spreadsheets|No|",
        "Ivo Thornlea|Head of Sales Operations|Influencer|3|5|2|2026-03-27||Planned|2026-09-30|||2026-03-27",
        "Kofi Netherquay|Managing Director|",
        "Lena Quillfen|Business Analyst|Influencer|2|3|0|2025-09-12",
        "Jürgen Haymoor|Inside Sales||1|2||2025-06-03",
    ),
    CONTRADICTORY: (
        "2026-03-27|Requirements|Rosters are planned twice, and nobody trusts either plan||obstacles; links",
        "Zoë Elderstoke|VP Finance|Economic Buyer|5|4|0|2026-03-18||"
        "Planned|2026-09-30|RFP|2026-09-01|2026-03-18",
        "Omar Quillfen|Head of Procurement|Decision Maker|4|2|-1|2026-03-05||None|2026-09-30|RFP||2026-03-05",
        "Marta Oakmeadow|Innovation Lead|Influencer|4|5|2|2026-03-27||Yes|2026-05-15|Department||2026-03-27",
        "Björn Exempelsson|Head of IT|Technical Buyer|4|3|0|2026-03-19|||2026-06-30|||2026-03-19",
        "Aisha Birchmere|Dispatcher|Business User|3|4|1|2026-03-20",
    ),
}

# Syllables of company names: no language that we know makes words of them.
SYLLABLES = (
    "Brel|Quon|Tavv|Zarn|Fosk|Mipt|Lorv|Drenn|Yolt|Kesp|Wunt|Plonk|Ghisk|Narb|Vusk|Jarp|Hulm|Tchev|Ombr",
    "a|e|i|o|u|ari|ono|ula|eko|ibi",
    "dask|mund|velt|trop|kelp|nask|zorn|plim|fert|gund|rax|blit|sond|quill|wesk|tarn",
)
GREEK_SYLLABLES = ("Ζαρν|Φοσκ|Κουλμ|Βλοπ", "α|ο|ι", "δάσκη|μούνδη|κέλπη")
LOCAL_HEADS = {
    "Germany": "Grünz|Bröhl|Fähsk|Müpt",
    "France": "Éwont|Prézk|Côrv",
    "Spain": "Ñarb|Zúlm|Ávosk",
    "Poland": "Żwisk|Łurp",
}

# Country: weight, how the export spells it, legal forms (one that begins with a comma takes no space).
COUNTRIES = {
    "United States": (30, "United States|United States|USA|US", "Inc.|, Inc.|LLC|Corp."),
    "United Kingdom": (16, "United Kingdom|United Kingdom|UK", "Ltd|Ltd|plc"),
    "Germany": (15, "Germany|Germany|DE|Deutschland", "GmbH|GmbH|AG|GmbH & Co. KG"),
    "France": (10, "France", "S.A.|SARL"),
    "Spain": (7, "Spain|ES", "S.A.|S.L."),
    "Netherlands": (8, "Netherlands|The Netherlands", "B.V."),
    "Poland": (4, "Poland", "Sp. z o.o.|S.A."),
    "Greece": (3, "Greece|Greece|GR", "Α.Ε."),
}

# Sector: weight, yearly revenue a head in thousands, how the export spells it, words for names.
SECTORS = {
    "Software": (24, 160, "Software|Software|Software|SOFTWARE|software", "Systems|Data|Labs"),
    "Manufacturing": (20, 210, "Manufacturing|Manufacturing|MANUFACTURING|Mfg.", "Works|Tooling"),
    "Finance": (13, 320, "Financial Services|Financial Services|financial services ", "Capital|Mutual"),
    "Retail": (11, 240, "Retail|Retail|retail", "Stores|Trading"),
    "Healthcare": (10, 140, "Healthcare|Health Care|healthcare", "Clinics|Care"),
    "Logistics": (8, 180, "Logistics|Transportation & Logistics|LOGISTICS", "Freight|Logistics"),
    "Services": (8, 130, "Professional Services|Consulting|professional services", "Partners|Advisory"),
    "Energy": (3, 520, "Energy|Energy, Utilities & Waste", "Power|Grid"),
    "Other": (3, 150, "Other|misc.|Falconry supplies|Software (?)|TBD - ask Robin", "Group|Industries"),
}

# Headcounts, from and below: many small, some in the middle, few large.
SIZES = ((4, 50),) * 19 + ((50, 250),) * 16 + ((250, 1000),) * 9 + ((1000, 5000),) * 4 + ((5000, 42000),) * 2

TYPES = "Prospect|Prospect|Prospect|Prospect|Customer|Customer|Customer - Channel|Former Customer|Partner"
SOURCES = "Web|Web|Trade Show|Partner Referral|Outbound|Inbound Call|Purchased List|Webinar|Other"
OWNERS = "Robin Stillbrook|Kim Longacre|Alex Fernhollow|Noor Greyfield|Jo Musterfeld|(unassigned)"
DESCRIPTIONS = (
    "Met at the regional fair|Renewal due, ask for the new budget holder|Uses spreadsheets today|"
    "Asked for references from the same industry|Two sites, one of them closing|Wants a pilot in autumn|"
    'Said "not before the audit" on the phone|Replaced their ERP last year, tired of projects|do not mail'
)

# People are placeholders: everyday first names, last names of places that nobody comes from.
FIRST_NAMES = (
    "Alex|Sam|Robin|Kim|Jo|Noor|Maria|Anna|Peter|Elena|Jan|Nina|Omar|Lena|Ines|Marta|Luca|Nikos|Jürgen|Zoë|"
    "Émilie|Yuki|Wei|Priya|Amir|Aisha|Kofi|Björn|Teresa|Ivo|Ruth|Hana"
)
LAST_NAMES = (
    "Stillbrook|Longacre|Fernhollow|Greyfield|Musterfeld|Oakmeadow|Thornlea|Wetherby-Sample|Marshgate|Birchmere|"
    "Bergmüster|Exempelsson|Étangvert|Ríosueco|Voorbeeldsma|Przykładek|Quillfen|Netherquay|Haymoor|Elderstoke"
)

# Usual influence of a role, its CRM spellings, its titles; the four roles in the order of the documentation.
ROLES = (
    (
        (4, "Decision Maker|Decision Maker|Economic Buyer"),
        "CFO|Chief Financial Officer|CEO|Founder & CEO|Managing Director|Geschäftsführerin|VP Finance|"
        "VP, Operations & Supply|Head of Procurement|Dir. Procurement (interim)|General Manager, EMEA|Owner",
    ),
    (
        (3, "Technical Buyer|Technical Buyer|Evaluator"),
        "CTO|CIO (acting)|CISO|Head of IT|IT Manager|Leiter IT|Enterprise Architect|Responsable informatique|"
        "Director, Information Security|Sr. Mgr IT Infrastructure|VP Engineering|Data Protection Officer",
    ),
    (
        (2, "Influencer"),
        "Business Analyst|Senior Consultant|Marketing Manager|Head of Sales Operations|Project Manager (PMO)|"
        "Assistant to the CEO|Controller|Innovation Lead|RevOps Manager|Team Lead, Customer Success",
    ),
    (
        (2, "Business User"),
        "Account Executive|Sales Representative|Customer Support Agent|Accountant|Dispatcher|Inside Sales|"
        "Payroll Clerk|Key Account Mgr|SDR|Sachbearbeiter Einkauf|Store Manager|Office Mgr / Reception",
    ),
)

PLAIN_LETTERS = str.maketrans(
    "äöüåáàâéèêëíïóôúñżłęćαάβδεέζηήικλμνοόπρσςυύφ",
    "aouaaaaeeeeiioounzlecaabdeeziiiklmnooprssuuf",
)

Row = list[str]


def one_of(rng: Random, texts: str) -> str:
    """Choose one of the texts between the bars."""
    return rng.choice(texts.split("|"))


def weighted(rng: Random, table: Mapping[str, tuple[int, *tuple[object, ...]]]) -> str:
    """Choose a key in proportion to the first number of its entry."""
    return rng.choice([key for key, entry in table.items() for _ in range(entry[0])])


def rounded(value: int, digits: int) -> int:
    """Keep this many leading digits of a whole number."""
    unit = int("1" + "0" * max(0, len(str(value)) - digits))
    return value // unit * unit


def plain(text: str) -> str:
    """Write a name in the letters a-z, as addresses need it; empty if no letter can be."""
    return "".join(letter for letter in text.lower().translate(PLAIN_LETTERS) if "a" <= letter <= "z")


def company_name(rng: Random, country: str, sector: str) -> str:
    """Put a company's name together: syllables, perhaps a word for its trade, a legal form."""
    greek = country == "Greece"
    heads, middles, tails = GREEK_SYLLABLES if greek else SYLLABLES
    if rng.random() < 0.2:
        heads = LOCAL_HEADS.get(country, heads)
    name = one_of(rng, heads) + one_of(rng, middles) + one_of(rng, tails)
    if not greek and rng.random() < 0.45:
        name += " " + one_of(rng, SECTORS[sector][3])
    form = one_of(rng, COUNTRIES[country][2])
    return name + form if form.startswith(",") else f"{name} {form}"


def employees_text(rng: Random, people: int) -> str:
    """Write a headcount in one of the ways of a CRM export, blank and n/a among them."""
    way = rng.random()
    if way < 0.07:
        return "" if way < 0.05 else "n/a"
    if way < 0.12:
        return f" {people} "
    return f"{people:,}" if way < 0.55 else str(people)


def revenue_text(rng: Random, amount: int) -> str:
    """Write a revenue in one of the ways of a CRM export; billions are never shortened."""
    way = rng.random()
    if way < 0.05:
        return ""
    if way < 0.35 and amount < 1_000_000_000:
        short = rounded(amount, 2)
        if short < 2_000_000:
            return f"{short // 1000}k"
        return f"${short // 1_000_000}.{short // 100_000 % 10}M".replace(".0M", "M")
    if way < 0.6:
        return f"{rounded(amount, 3):,}"
    return f"USD {rounded(amount, 3):,}" if way < 0.72 else str(rounded(amount, 3))


def day_text(rng: Random, days: int) -> str:
    """Write the date so many days before the export: ISO in most rows, month/day/year in a few."""
    day = EXPORTED - timedelta(days=days)
    return f"{day.month}/{day.day}/{day.year}" if rng.random() < 0.06 else day.isoformat()


def account_row(rng: Random, number: int, taken: set[str]) -> tuple[Row, int]:
    """Make one account and its true headcount; no two names begin alike."""
    country, sector = weighted(rng, COUNTRIES), weighted(rng, SECTORS)
    name = company_name(rng, country, sector)
    while (first := name.split()[0].rstrip(",")) in taken:
        name = company_name(rng, country, sector)
    taken.add(first)
    low, high = rng.choice(SIZES)
    people = rounded(low + int((high - low) * rng.random() * rng.random()), 2 if low >= 1000 else 3)
    revenue = people * SECTORS[sector][1] * 1000 * (60 + rng.randrange(90)) // 100
    age = 200 + rng.randrange(2400)
    cells = {
        "Account ID": f"ACC-{number:04d}",
        "Account Name": name,
        "Type": one_of(rng, TYPES),
        "Industry": one_of(rng, SECTORS[sector][2]),
        "Employees": employees_text(rng, people),
        "Annual Revenue": revenue_text(rng, revenue),
        "Billing Country": one_of(rng, COUNTRIES[country][1]),
        "Website": one_of(rng, "https://www.|www.|") + plain(first) + ".example",
        "Owner": one_of(rng, OWNERS),
        "Lead Source": one_of(rng, SOURCES),
        "Created Date": day_text(rng, age),
        "Last Activity": day_text(rng, int(min(age, 500) * rng.random() * rng.random())),
        "Record Type": one_of(rng, "RT-1|RT-1|RT-2"),
        "Legacy Key": f"{100000 + rng.randrange(900000):07d}",
        "Modified By": "Integration User",
        "Description": one_of(rng, DESCRIPTIONS) if rng.random() < 0.4 else "",
    }
    for column in ("Type", "Industry", "Billing Country", "Website", "Lead Source", "Last Activity"):
        way = rng.random()
        cells[column] = "" if way < 0.05 else cells[column] + " " if way < 0.07 else cells[column]
    return [cells.get(column, "") for column in ACCOUNT_COLUMNS.split("|")], people


def spoiled(row: Row, **cells: str) -> Row:
    """Give the row with other cells; `Account_Name="x"` means the column "Account Name"."""
    columns = ACCOUNT_COLUMNS.replace(" ", "_").split("|")
    return [cells.get(column, cell) for column, cell in zip(columns, row, strict=True)]


def accounts() -> tuple[list[Row], dict[str, int]]:
    """Make the account list, dirt and all, and the true headcount of each good account."""
    rng, taken = Random(SEED), {"Jarpulagund", "Quonarivelt", "Wuntonokelp"}
    made = [account_row(rng, number, taken) for number in range(1, GOOD + 3)]
    rows = {row[0]: row for row, _ in made}
    note, name = "+49 call after ten; [red]key account[/red]", "=SUM Industries"
    rows[FORMULA] = spoiled(rows[FORMULA], Account_Name=name, Website="", Description=note)
    rows[COMMA] = spoiled(rows[COMMA], Account_Name='Jarpulagund, Vuskotrop & "Sons", Inc.', Website="")
    rows[MARKUP] = spoiled(rows[MARKUP], Account_Name="Quonarivelt [Holdings] Ltd", Website="")
    note = "Visited in February.\nNext step: send the figures, then call."
    rows[NEWLINE] = spoiled(rows[NEWLINE], Description=note)
    rows[WIDE] = spoiled(rows[WIDE], Account_Name="ゾルノダスク株式会社", Billing_Country="Japan", Website="")
    name = "  Wuntonokelp Freight B.V.  "
    rows[PADDED] = spoiled(rows[PADDED], Account_Name=name, Employees=" 250 ", Website="")
    for account, (about, *_) in IN_FULL.items():
        day, stage, pain, tested, points = about.split("|")
        told = {"Buying_Stage": stage, "Pain_Point": pain, "Champion_Tested": tested, "Plan_Points": points}
        rows[account] = spoiled(rows[account], Last_Activity=day, **told)
    wrong = spoiled(rows.pop(WRONG_NUMBER), Employees="about 50", Annual_Revenue="$9.1M")
    ragged = rows.pop(RAGGED)[:4]
    ordered = list(rows.values())
    # Bad rows lie among the good ones; from the back, so that each place counts good rows only.
    ordered.insert(270, rows[TWICE_ALIKE])
    ordered.insert(220, spoiled(rows[TWICE_DIFFERENT], Employees="77777", Owner="(unassigned)"))
    ordered.insert(160, ragged)
    ordered.insert(75, wrong)
    return ordered, {row[0]: people for row, people in made[:GOOD]}


def contact_row(rng: Random, number: int, account: str, domain: str, titles: set[str]) -> Row:
    """Make one person of an account, with a title that nobody there has yet."""
    (influence, spellings), texts = rng.choice(ROLES)
    title = rng.choice([text for text in texts.split("|") if text not in titles])
    titles.add(title)
    way = rng.random()
    shown = "" if way < 0.03 else title.upper() if way < 0.07 else title.lower() if way < 0.11 else title
    first, last = one_of(rng, FIRST_NAMES), one_of(rng, LAST_NAMES)
    home = domain if domain and rng.random() < 0.85 else "example.com"
    phone = one_of(rng, "|||(555) |+1 555 ") + f"555-01{rng.randrange(100):02d}" + one_of(rng, "|||| x12")
    influence = min(5, max(1, influence - 1 + rng.randrange(3)))
    marks = (str(influence), one_of(rng, "1|2|3|4|5"), one_of(rng, "-2|-1|-1|0|0|0|0|1|1|1|2|2"))
    return [
        f"CON-{number:04d}",
        account,
        f"{first} {last}",
        shown + " " if shown and rng.random() < 0.04 else shown,
        "" if rng.random() < 0.15 else one_of(rng, spellings),
        "" if rng.random() < 0.05 else f"{plain(first)}.{plain(last)}{number}@{home}",
        "" if rng.random() < 0.2 else phone,
        *("" if rng.random() < 0.12 else mark for mark in marks),
        "" if rng.random() < 0.15 else day_text(rng, int(420 * rng.random() * rng.random())),
        *[""] * 6,
    ]


def told_in_full(account: str, drawn: Sequence[Row]) -> None:
    """Put the people of an account told in full in the places of those drawn for it."""
    _, *told = IN_FULL[account]
    for row, text in zip(drawn, told, strict=True):
        name, title, role, *rest = text.split("|")
        first, last = name.split(" ")
        home = row[5].partition("@")[2] or "example.com"
        address = f"{plain(first)}.{plain(last)}{int(row[0][4:])}@{home}"
        cells = [name, title, role, address, row[6], *rest]
        row[2:] = cells + [""] * (len(row) - 2 - len(cells))


def contacts(listed: Sequence[Row], headcounts: Mapping[str, int]) -> list[Row]:
    """Make the people: more in larger accounts, none in some, and a few who belong nowhere."""
    rng, site = Random(SEED + 1), ACCOUNT_COLUMNS.split("|").index("Website")
    domains = {row[0]: row[site].strip().split("/")[-1].removeprefix("www.") for row in listed if row[site:]}
    rows: list[Row] = []
    for account, people in headcounts.items():
        least = 1 if people < 50 else 2 if people < 1000 else 3
        how_many = 0 if rng.random() < 0.12 else least + rng.randrange(2 if people < 50 else 3)
        titles: set[str] = set()
        for _ in range(how_many):
            rows.append(contact_row(rng, len(rows) + 1, account, domains[account], titles))
        if account in IN_FULL:
            told_in_full(account, [row for row in rows if row[1] == account])
    for account in UNKNOWN_ACCOUNTS:
        rows.append(contact_row(rng, len(rows) + 1, account, "", set()))
    rows.insert(400, next(row for row in rows if row[0] == CONTACT_TWICE))
    return rows


def csv_bytes(columns: str, rows: Iterable[Row]) -> bytes:
    """Write a table as CSV, quoted by our own rule: the standard library's has changed over time."""

    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\r\n') else text

    return "".join(",".join(map(cell, row)) + "\n" for row in (columns.split("|"), *rows)).encode()


def generate() -> dict[str, bytes]:
    """Make both files: name to content."""
    rows, headcounts = accounts()
    people = csv_bytes(CONTACT_COLUMNS, contacts(rows, headcounts))
    return {"accounts.csv": csv_bytes(ACCOUNT_COLUMNS, rows), "contacts.csv": people}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the files; say on stderr which; 1 if a checked file differs."""
    parser = argparse.ArgumentParser(description="Write the example lists accounts.csv and contacts.csv.")
    parser.add_argument("dir", nargs="?", type=Path, default=Path(__file__).resolve().parent, metavar="DIR")
    parser.add_argument(
        "--check", action="store_true", help="only compare the files there, exit 1 if they differ"
    )
    options = parser.parse_args(arguments)
    files = {options.dir / name: content for name, content in generate().items()}
    if options.check:
        stale = [str(path) for path, new in files.items() if not path.is_file() or path.read_bytes() != new]
        print(f"differ: {', '.join(stale)}" if stale else f"up to date: {options.dir}", file=sys.stderr)
        return 1 if stale else 0
    options.dir.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        path.write_bytes(content)
    print(f"wrote {', '.join(map(str, files))}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
