"""The company that both fakes are about: plain data, read by the fake Slack and by the fake NopeSight.

An e-mail address here is the only link between an owner in NopeSight and a person in Slack, as it is in life. The
company holds every case that an owner look-up meets: somebody without a Slack account, somebody deactivated, a guest,
an automation with an address of its own, and a configuration item without owners.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CompanyPerson:
    """Somebody who works for (or at) the company.

    `slack` is false for a person whom NopeSight knows and Slack does not; `deleted` is true for a deactivated Slack
    account; `robot` for an automation's account; `guest` for a single-channel guest. `role` is what they do all day.
    """

    key: str
    id: str
    name: str
    email: str
    role: str
    slack: bool = True
    deleted: bool = False
    tz: str = "Europe/London"
    admin: bool = False
    robot: bool = False
    guest: bool = False


@dataclass(frozen=True, slots=True)
class CompanyCi:
    """A configuration item. `owners` are keys of people, `depends_on` are ids of other items."""

    id: str
    name: str
    type: str
    service: str
    environment: str
    department: str
    owners: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()


COMPANY_NAME = "Acme"
COMPANY_DOMAIN = "acme"
EMAIL_DOMAIN = "acme.example"

PEOPLE: tuple[CompanyPerson, ...] = (
    CompanyPerson("ana", "U0ANA00001", "Ana Ferreira", "ana@acme.example", "on-call engineer", tz="Europe/Lisbon"),
    CompanyPerson("ben", "U0BEN00002", "Ben Okafor", "ben@acme.example", "web platform lead"),
    CompanyPerson("chloe", "U0CHLOE003", "Chloé Martin", "chloe@acme.example", "web engineer", tz="Europe/Paris"),
    CompanyPerson(
        "dmitri", "U0DMITRI04", "Dmitri Sokolov", "dmitri@acme.example", "database owner", tz="Europe/Berlin"
    ),
    CompanyPerson("emi", "U0EMI00005", "Emi Tanaka", "emi@acme.example", "security engineer", tz="Asia/Tokyo"),
    CompanyPerson(
        "farid",
        "U0FARID006",
        "Farid Haddad",
        "farid@acme.example",
        "workspace admin",
        tz="America/New_York",
        admin=True,
    ),
    CompanyPerson(
        "grace", "U0GRACE007", "Grace Lindqvist", "grace@acme.example", "manager, viewer", tz="Europe/Stockholm"
    ),
    CompanyPerson(
        "hugo", "U0HUGO0008", "Hugo Almeida", "hugo@acme.example", "network engineer", tz="America/Sao_Paulo"
    ),
    CompanyPerson("ivy", "U0IVY00009", "Ivy Chen", "ivy@acme.example", "checkout owner", tz="America/Los_Angeles"),
    CompanyPerson("jonas", "U0JONAS010", "Jonas Weber", "jonas@acme.example", "left the company", deleted=True),
    CompanyPerson("kira", "U0KIRA0011", "Kira Novak", "kira@partner.example", "contractor without Slack", slack=False),
    CompanyPerson("lena", "U0LENA0012", "Lena Fox", "lena@partner.example", "guest from a supplier", guest=True),
    CompanyPerson("deploybot", "U0DEPLOY13", "Deploy Bot", "deploybot@acme.example", "automation", robot=True),
)

CIS: tuple[CompanyCi, ...] = (
    CompanyCi(
        "ci_web_01",
        "PROD-WEB-01",
        "server",
        "Web shop",
        "production",
        "Web",
        owners=("ben", "chloe", "hugo"),
        depends_on=("ci_db_01", "ci_switch_01"),
    ),
    CompanyCi("ci_web_02", "PROD-WEB-02", "server", "Web shop", "production", "Web", ("ben",), ("ci_db_01",)),
    CompanyCi("ci_db_01", "PROD-DB-01", "database", "Orders", "production", "Data", ("dmitri",), ("ci_switch_01",)),
    CompanyCi(
        "ci_checkout",
        "Checkout",
        "business_service",
        "Checkout",
        "production",
        "E-commerce",
        ("ivy", "ben"),
        ("ci_web_01", "ci_web_02", "ci_payments"),
    ),
    CompanyCi("ci_payments", "PAYMENTS-API", "application", "Checkout", "production", "E-commerce", ("kira",)),
    CompanyCi("ci_switch_01", "CORE-SW-01", "network", "Network", "production", "Network", ("hugo",)),
    CompanyCi("ci_mail_01", "MAIL-01", "server", "Mail", "production", "IT", ("jonas", "farid")),
    CompanyCi("ci_backup_01", "BACKUP-01", "server", "Backup", "production", "IT", ("deploybot",)),
    CompanyCi("ci_vpn_01", "VPN-GW-01", "network", "Remote access", "production", "Security", ("emi", "lena")),
    CompanyCi("ci_ftp_01", "LEGACY-FTP-01", "server", "File exchange", "production", "IT"),
)
