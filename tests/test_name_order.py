"""The order of names in lists, as PostgreSQL sorts them, compared with ICU's, which a browser contains."""

import os
import random

import pytest
from faker import Faker
from playwright.sync_api import sync_playwright

SEED = 20261130
COUNT = 5_000
PAIRS = (("cs_CZ", "cs"), ("en_US", "en"))
# Cases that no list of first and family names has, and special cases of Czech order.
ODD = """
Chalupa|Cha|chA|CHA|ČHA|cha|Cyril|Čeněk|Hana|Ivan|d'Artagnan|D’Artagnan|O'Brien|Obrien|Mgr. Hana Malá
MUDr. Ivo Velký, Ph.D.|Nováková-Malá|Nováková Malá|Novák ml.|Novák (jr.)|Novák 2|Novák 10|Łukasz Żak
Zażółć Gęślą|Müller|Mueller|Muller|Straße|Strasse|Őry Éva|Ory Eva|Nguyễn Thị Ánh|Nguyen Thi Anh|Đặng Văn Đức
Ольга Їжак|Олена Ґудзь|Ξένια Παππά|Ærø|Øyvind|Oyvind|Ľubica|Lubica|Ôra|Dzurinda|Džubák|Dzúr|Ďurica|Ähn
Ján|Jan|jan|JAN|Jáń|ŘEHOŘ|Řehoř|řehoř|Rz|Šárka|Zuzana|Žofie|Sárka|c h|c-h|ch|C'H|Ch.|C. H.
"""

ICU = """([names, language]) => {
    const order = new Intl.Collator(language);
    const sorted = names.toSorted(order.compare);
    return sorted.map((name, place) => [name, place > 0 && order.compare(sorted[place - 1], name) === 0]);
}"""


@pytest.fixture(scope="module")
def icu():
    """The order of names in a language: [[name, whether it is the same as the one before], ...]."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=["--no-sandbox"])
        page = browser.new_page()
        yield lambda names, language: page.evaluate(ICU, [names, language])
        browser.close()


def names():
    """Names in their own and in people's spellings; no two alike."""
    chosen = random.Random(SEED)
    fakers = [Faker(locale) for locale in ("cs_CZ", "sk_SK", "pl_PL", "de_DE", "hu_HU", "uk_UA")]
    for faker in fakers:
        faker.seed_instance(SEED)
    found = {name.strip() for line in ODD.splitlines() for name in line.split("|") if name.strip()}
    while len(found) < COUNT:
        name = chosen.choice([fakers[0], fakers[0], *fakers]).name()
        found.add(chosen.choice([str, str, str, str.upper, str.lower])(name))
    shuffled = sorted(found)
    chosen.shuffle(shuffled)
    return shuffled


def by_place(listed):
    """Names by their place; of names equal in ICU the order is that of their ids, which has no meaning."""
    groups = []
    for name, is_same in listed:
        if is_same:
            groups[-1].add(name)
        else:
            groups.append({name})
    return groups


def test_names_sorted_by_postgresql_equal_those_of_icu(site, salon, icu):
    made = names()
    assert len(made) == COUNT
    site.settings(salon, lang="cs_CZ")
    for start in range(0, COUNT, 500):
        items = [
            {"name": name, "phone": f"+42060{number:07}"}
            for number, name in enumerate(made[start : start + 500], start=start)
        ]
        results = salon.api.post("/clients/bulk", items=items).expect()["results"]
        assert {result["status"] for result in results} == {201}, results
    for language, locale in PAIRS:
        site.settings(salon, lang=language)
        expected = by_place(icu(made, locale))
        listed = [row["name"] for row in salon.api.pages("/clients", sort="name", fields="name")]
        places = {name: place for place, group in enumerate(expected) for name in group}
        assert [places[name] for name in listed] == sorted(places.values())
        backwards = [row["name"] for row in salon.api.pages("/clients", sort="-name", fields="name")]
        assert [places[name] for name in backwards] == sorted(places.values(), reverse=True)


def test_the_corners_of_czech_order(site, salon):
    site.settings(salon, lang="cs_CZ")
    order = ["Cyril", "Čeněk", "Hana", "Chalupa", "Ivan", "Sára", "Šárka", "Zuzana", "Žofie"]
    for number, name in enumerate(reversed(order)):
        salon.client(name, f"+42060100001{number}")
        salon.api.post("/services", name=name, duration_minutes=30).expect(201)
    for path in ("/clients", "/services"):
        assert [row["name"] for row in salon.api.get(path, sort="name").expect()["data"]] == order
