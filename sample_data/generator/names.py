"""Names of invented people: long-tailed surnames, given names by decade of birth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from random import Random

from .chance import Picker, zipf
from .words import words

_SURNAMES_DK = words(
    "Nielsen Jensen Hansen Pedersen Andersen Christensen Larsen Sørensen Rasmussen Jørgensen "
    "Petersen Madsen Kristensen Olsen Thomsen Christiansen Poulsen Johansen Møller Mortensen "
    "Knudsen Jakobsen Jacobsen Mikkelsen Frederiksen Olesen Laursen Henriksen Lund Schmidt "
    "Eriksen Holm Kristiansen Clausen Simonsen Svendsen Andreasen Iversen Jeppesen Nissen "
    "Vestergaard Østergaard Jespersen Lauridsen Mogensen Frandsen Søndergaard Jessen Carlsen "
    "Bertelsen Kjær Dahl Kjeldsen Bruun Bech Skov Brandt Ravn Winther Høj Krogh Friis Lassen "
    "Toft Juhl Bak Ibsen Gregersen Steffensen Bang Damgaard Mathiesen Villadsen Thygesen Bøgh"
)
_SURNAMES_SE = words(
    "Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson "
    "Pettersson Jonsson Jansson Hansson Bengtsson Jönsson Petersson Carlsson Magnusson Olofsson "
    "Axelsson Mattsson Fredriksson Danielsson Nyström Åberg Öberg Håkansson Wallin Ström Ek"
)
_SURNAMES_NO = words(
    "Hansen Johansen Olsen Larsen Andersen Pedersen Nilsen Kristiansen Jensen Karlsen Johnsen "
    "Pettersen Eriksen Berg Haugen Hagen Johannessen Andreassen Jacobsen Halvorsen Dahl Lund "
    "Sørensen Moen Gundersen Solberg Strand Bakken Ødegård Kristoffersen Bråthen Tangen"
)
_DK_FIRST = words(
    "Lind Skov Ny Øster Vester Kær Bak Dal Eng Gran Holt Høj Kirk Kjel Lille Mose Nør Ravn Rugh "
    "Sand Sten Søn Thor Torn Vang Ørn Å Birke Elle Hessel Ager Brink"
)
_DK_LAST = words(
    "holm gaard borg kjær bjerg toft strup lund høj bæk mark dahl skov rup feldt sig ballegaard"
)
_SE_FIRST = words(
    "Lind Berg Sand Ny Wall Lund Hög Åker Söder Norr Väster Öster Ek Björk Ceder Dal Fors Gran "
    "Hag Holm Krus Ling Mal Ros Sjö Sten"
)
_SE_LAST = words("ström qvist berg gren lund man mark stedt dahl feldt löf blad strand")
_NO_FIRST = words(
    "Nord Sør Vest Øst Berg Lille Stor Kvam Lie Myr Sand Skog Stein Tveit Vik Ås Elv Fjell Fosse "
    "Grim Haug Hov Røn Setr Tor Ulv"
)
_NO_LAST = words("seth heim land stad voll rud vik nes mo bakk eng haug dal")
_TW_FAMILY: tuple[tuple[str, str], ...] = (
    ("王", "Wang"),
    ("陳", "Chen"),
    ("林", "Lin"),
    ("張", "Chang"),
    ("黃", "Huang"),
)
_TW_FAMILY += (("李", "Lee"), ("吳", "Wu"), ("劉", "Liu"), ("蔡", "Tsai"), ("楊", "Yang"))
_TW_GIVEN = (
    (("美玲", "Mei-Ling"), ("雅婷", "Ya-Ting"), ("淑芬", "Shu-Fen"), ("怡君", "Yi-Chun"),
     ("佳穎", "Chia-Ying"), ("心怡", "Hsin-Yi")),
    (("志明", "Chih-Ming"), ("俊傑", "Chun-Chieh"), ("建宏", "Chien-Hung"), ("家豪", "Chia-Hao"),
     ("冠宇", "Kuan-Yu"), ("文雄", "Wen-Hsiung")),
)  # fmt: skip

# Per country, per gender (women, men), per cohort (before 1955, 1955-1979, 1980 on).
_GIVEN: dict[str, tuple[tuple[str, str, str], tuple[str, str, str]]] = {
    "DK": (
        (
            "Kirsten Inge Anna Karen Birthe Lis Else Jytte Inger Bente Grethe Ruth Ellen Hanne "
            "Ulla Birgit Lisbeth Jette Tove Aase Vibeke Elin Gerda Rita Edith Kaja Åse Erna",
            "Hanne Mette Susanne Lene Helle Pia Charlotte Tina Gitte Dorthe Bettina Marianne "
            "Anette Lone Annette Heidi Rikke Trine Henriette Karina Jeanette Malene Vibeke Ulla "
            "Britt Mona Dorte Janne Bodil Berit Lotte Conny Ditte Sanne",
            "Anne Maria Camilla Louise Julie Sofie Ida Emma Line Cecilie Mathilde Freja Laura "
            "Sara Amalie Josefine Katrine Nanna Signe Maja Caroline Sarah Stine Pernille Simone "
            "Isabella Astrid Frederikke Emilie Liva Søs Kamille Asta Thea Selma Fie Naja Bjørk",
        ),
        (
            "Jens Hans Jørgen Erik Poul Niels Knud Svend Ole Kurt Henning Egon Bent Aage Børge "
            "Preben Ejner Villy Kaj Leif Verner Arne Frede Holger Gunnar Mogens Åge Finn",
            "Peter Lars Michael Henrik Søren Jan Jesper Kim Torben Per Carsten Claus Flemming "
            "Morten Steen Allan John Brian Ulrik Bo Kenneth Anders Frank Jørn Palle Keld Bjarne "
            "René Tommy Karsten Gert Johnny Jens Niels Poul Mikael Troels Uffe",
            "Mads Christian Martin Thomas Rasmus Mikkel Frederik Emil Kasper Jonas Simon Mathias "
            "Andreas Magnus Oliver Nikolaj Jakob Tobias William Noah Victor Lucas Sebastian "
            "Alexander Daniel Philip Malthe Gustav Asger Bjørn Jeppe Søren Anton Villads Storm "
            "Loke Sigurd Esben",
        ),
    ),
    "SE": (
        (
            "Anna Margareta Karin Birgitta Kerstin Ingrid Gunilla Barbro Inger Siv Gun Ulla Berit "
            "Britt Maj Ulla-Britt Solveig Märta Elsa Rut",
            "Maria Eva Lena Annika Susanne Monica Carina Åsa Helena Marie Ann-Charlotte Pia Ulrika "
            "Malin Camilla Anneli Katarina Agneta Cecilia Lotta Jessica",
            "Emma Sara Elin Johanna Linnéa Hanna Amanda Matilda Frida Ida Julia Elsa Alva Maja "
            "Klara Ebba Wilma Saga Moa Tuva Ellinor Agnes",
        ),
        (
            "Lars Karl Nils Sven Åke Bengt Bo Göran Gunnar Lennart Kjell Rolf Sture Arne Olof "
            "Hans Börje Stig Evert Tage",
            "Anders Mikael Peter Per Thomas Jan Stefan Fredrik Håkan Magnus Jonas Mats Ulf Kent "
            "Torbjörn Conny Roger Leif Jörgen Niklas Tommy",
            "Johan Erik Daniel Andreas Marcus Simon Oskar Viktor William Filip Hugo Elias Emil "
            "Gustav Ludvig Axel Albin Jesper Rasmus Melker Sixten Måns",
        ),
    ),
    "NO": (
        (
            "Anne Inger Kari Marit Bjørg Solveig Liv Berit Astrid Randi Aud Gerd Åse Turid Sigrid",
            "Nina Hilde Anita Monica Heidi Wenche Tone Trine Mona Siri Unni Ellen Gro Bente Merete",
            "Ingrid Ida Silje Marte Hanna Nora Thea Emilie Kristine Camilla Maria Vilde Tuva",
        ),
        (
            "Jan Per Kjell Bjørn Arne Svein Odd Knut Olav Harald Einar Asbjørn Ragnar Tor Magne",
            "Terje Morten Geir Trond Stein Rune Øyvind Frode Tore Espen Roar Dag Vidar Erling",
            "Kristian Martin Henrik Jonas Håkon Sander Magnus Eirik Sindre Emil Mathias Lars Ola",
        ),
    ),
}  # fmt: skip
_DOUBLE = {
    "DK": (("Anne", "Karen", "Else", "Anna", "Lise"), ("Hans", "Jens", "Ole", "Carl", "Niels")),
    "SE": (("Anna", "Eva", "Maj"), ("Carl", "Lars", "Karl")),
    "NO": (("Anne", "Inger", "Liv"), ("Jan", "Per", "Ole")),
}


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name; `latin` is the romanised form where the script is Chinese."""

    given: str
    middle: str
    surname: str
    latin: str = ""


def surname(rng: Random, country: str) -> str:
    """A surname; about 440 Danish ones, Zipf distributed."""
    return _SURNAME_PICKERS[country].draw(rng)


def given_name(rng: Random, country: str, *, woman: bool, birth_year: int) -> str:
    """A given name usual for the decade of birth."""
    cohort = 0 if birth_year < 1955 else 1 if birth_year < 1980 else 2
    if rng.random() < 0.06:
        cohort = rng.randrange(3)
    first = _GIVEN_PICKERS[country, woman, cohort].draw(rng)
    if cohort < 2 and rng.random() < 0.07:
        lead = rng.choice(_DOUBLE[country][0 if woman else 1])
        if lead != first:
            return f"{lead} {first}"
    return first


def middle_name(rng: Random, country: str) -> str:
    """A surname used as a middle name, which a third of Danes carry."""
    return surname(rng, country) if rng.random() < (0.33 if country == "DK" else 0.08) else ""


def chinese_name(rng: Random, *, woman: bool) -> Name:
    """A Taiwanese name, in script or romanised; the surname is the family name."""
    family, family_latin = rng.choice(_TW_FAMILY)
    given, given_latin = rng.choice(_TW_GIVEN[0 if woman else 1])
    if rng.random() < 0.5:
        return Name(given, "", family, f"{family_latin} {given_latin}")
    return Name(given_latin, "", family_latin, f"{family_latin} {given_latin}")


def canary_name(number: int) -> Name:
    """A name no other person in the population has; 40 of them."""
    firsts = words("Zel Quir Xan Yrs Wilg")
    lasts = words("madra rinus thea dolf bella gunde fried vara")
    heads = words("Kvaks Zirk Yxen Wolp Quist Xand Vulk Ztor")
    tails = words("feldt qvarn zholm wærk ylund")
    given = firsts[number % 5] + lasts[number // 5 % 8]
    return Name(given, "", heads[number % 8] + tails[number // 8 % 5])


def _composed(
    common: Sequence[str], first: Sequence[str], last: Sequence[str], count: int
) -> list[str]:
    """Common surnames, then composed ones in a scrambled but fixed order."""
    made = [a + b for a, b in product(first, last) if not b.startswith(a.lower())]
    Random("surnames").shuffle(made)
    return list(dict.fromkeys([*common, *made]))[:count]


SURNAMES = {
    "DK": _composed(_SURNAMES_DK, _DK_FIRST, _DK_LAST, 440),
    "SE": _composed(_SURNAMES_SE, _SE_FIRST, _SE_LAST, 340),
    "NO": _composed(_SURNAMES_NO, _NO_FIRST, _NO_LAST, 340),
}
_SURNAME_PICKERS: dict[str, Picker[str]] = {
    c: zipf(s, exponent=0.92, offset=2.0) for c, s in SURNAMES.items()
}
_GIVEN_PICKERS: dict[tuple[str, bool, int], Picker[str]] = {
    (country, woman, cohort): zipf(_GIVEN[country][0 if woman else 1][cohort].split(), offset=6.0)
    for country in _GIVEN
    for woman in (True, False)
    for cohort in range(3)
}
