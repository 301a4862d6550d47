import re
from html.parser import HTMLParser

import pytest

from resilienza_sim.report.build import render_report, write_report

VOID = {"meta", "link", "br", "img", "input", "hr"}
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}{x}&lt;"


class Page(HTMLParser):
    """Collects elements, and checks that they close in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.found, self.text = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        self.text.append(data)

    def all(self, *tags):
        return [attrs for tag, attrs in self.found if tag in tags]


@pytest.fixture(scope="module")
def it(page_it):
    return Page(page_it)


@pytest.fixture(scope="module")
def en(page_en):
    return Page(page_en)


@pytest.fixture(scope="module")
def hostile(make_study):
    study = make_study(
        weeks=30,
        decisions=("2020-02-24",),
        strategies=("consolidated", "hybrid"),
        bad_name=HOSTILE,
        parameters={"path<i>": HOSTILE},
        beside=True,
    )
    return render_report(study, "it")


def test_the_page_is_well_formed_and_says_its_language(it, en):
    assert it.open == en.open == []
    assert it.all("html")[0]["lang"] == "it"
    assert en.all("html")[0]["lang"] == "en"


def test_no_id_is_used_twice_and_every_link_arrives(it):
    ids = [attrs["id"] for _, attrs in it.found if "id" in attrs]
    assert len(set(ids)) == len(ids)
    links = [attrs["href"] for attrs in it.all("a")]
    assert links
    assert all(link[0] == "#" and link[1:] in ids for link in links)


def test_nothing_is_asked_of_the_network(it, page_it):
    policy = next(a["content"] for a in it.all("meta") if "http-equiv" in a)
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    assert not it.all("script", "iframe", "object", "embed", "base", "form")
    for _, attrs in it.found:
        for name in ("src", "href", "srcset", "action", "data"):
            assert attrs.get(name, "#")[0] in "#d", attrs  # a place on the page, or data:
        assert not any(name.startswith("on") for name in attrs)
    assert not re.search(r"url\((?!#)|@import", page_it)


def test_every_figure_has_words_and_every_table_a_caption(it):
    drawings = [a for a in it.all("svg") if a.get("role") == "img"]
    assert len(drawings) == 2 * 16  # each once more for a narrow page
    assert all(len(a["aria-label"]) > 40 for a in drawings)
    assert len(it.all("figcaption")) == len(it.all("figure")) == 16
    assert len(it.all("caption")) == len(it.all("table"))
    assert all("scope" in a for a in it.all("th"))


def test_the_verdicts_stand_at_the_top_with_their_condition(page_it):
    text = re.sub(r"<svg.*?</svg>", "", page_it, flags=re.DOTALL)
    answer = text[text.index('id="answer"') : text.index('id="arms"')]
    assert answer.count("Nel modello, data questa storia,") == 14
    assert "Se si decide il 24 febbraio 2020" in answer
    assert "Se si decide il 1º maggio 2023" in answer
    assert "▲" in answer


def test_the_page_holds_what_a_planner_asks(page_it):
    for words in (
        "Quale proposta va meglio dopo la crisi",
        "Le risorse di tutta la città",
        "✓ torna in 8 prove su 8",
        "Ogni proposta ha avuto a disposizione gli stessi euro: sono quelli del comune intero",
        "Dove le proposte cominciano a differire",
        "Persone a rischio di emarginazione",
        "Non è una previsione",
        "ciò che accade in meno di una città su",
        "5f1c9a27b0d3e844",
        "non definito",
        "†",
        "Che cosa si ottiene per mille euro",
        "Rispetto a «Borsa non spesa»",
        "se un’ora di volontariato vale 20 €",
        "Il giudizio ha bisogno dei meccanismi sociali?",
        "Senza meccanismi sociali: 8 coppie di prove.",
        "Primo evento: Pandemia. Secondo evento: Alluvione, Borgo e Alluvione, centro.",
    ):
        assert words in page_it, words


def test_english_speaks_english(page_en):
    for words in (
        "Which strategy does better after the crisis",
        "In the model, given this history,",
        "The fund of the whole town",
        "It is not a forecast",
        "undefined",
    ):
        assert words in page_en, words
    assert "Nel modello" not in page_en
    assert "report." not in re.sub(r"<svg.*?</svg>|<style.*?</style>", "", page_en, flags=re.DOTALL)


def test_the_verdict_is_held_against_the_null_model(page_it, page_en):
    text = re.sub(r"<svg.*?</svg>", "", page_it, flags=re.DOTALL)
    answer = text[text.index('id="answer"') : text.index('id="arms"')]
    assert answer.count("Il giudizio ha bisogno dei meccanismi sociali?") == 2
    assert "sì: il giudizio cambia" in text
    assert "social mechanisms" not in page_en  # that study has no null model


def test_names_from_users_stay_text(hostile):
    page = Page(hostile)
    assert page.open == []
    assert not page.all("script", "img")
    assert not any(name.startswith("on") for _, attrs in page.found for name in attrs)
    assert any("<script>alert(1)</script>" in text for text in page.text)
    assert "{{7*7}}" in hostile
    assert ">49" not in hostile


def test_the_same_study_gives_the_same_page(small, page_en):
    assert render_report(small, "en") == page_en


def test_a_file_is_written_whole_with_its_pictures(small, tmp_path):
    path = write_report(small, tmp_path / "report.html", png=tmp_path / "figures")
    assert path == tmp_path / "report.html"
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    pictures = sorted((tmp_path / "figures").iterdir())
    assert len(pictures) == 8
    assert all(p.read_bytes()[:4] == b"\x89PNG" for p in pictures)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["figures", "report.html"]


def test_arms_that_do_not_differ_are_never_better(make_study):
    study = make_study(
        weeks=60, decisions=("2020-02-24",), strategies=("consolidated", "hybrid"), strength=0.0
    )
    page = render_report(study, "en")
    answer = page[page.index('id="answer"') : page.index('id="arms"')]
    assert "badge better" not in answer
    assert "badge worse" not in answer


def test_a_study_without_a_finished_run_says_so(make_study):
    study = make_study(
        weeks=20,
        decisions=("2020-02-24",),
        strategies=("consolidated", "hybrid"),
        pairs=2,
        failing=frozenset({0, 1}),
    )
    page = render_report(study, "it")
    assert "Nessuna prova è arrivata in fondo" in page
    assert "4 prove non sono arrivate in fondo" in page


def test_one_pair_and_one_arm_still_make_a_page(make_study):
    alone = make_study(weeks=20, decisions=("2020-02-24",), strategies=("consolidated",), pairs=1)
    assert "Questo studio non ha ancora confronti" in render_report(alone, "it")
    one = make_study(
        weeks=20, decisions=("2020-02-24",), strategies=("consolidated", "none"), pairs=1
    )
    assert "soltanto un esempio" in render_report(one, "it")


def test_an_unknown_language_is_refused(small):
    with pytest.raises(ValueError, match="fr"):
        render_report(small, "fr")
