"""Scales in words, each from low to high."""

from __future__ import annotations

_SCALES = """
lowest < very low < low, below < below average < medium, moderate, mid, middle, normal, average, standard
  < above average < high, above, premium < very high < highest, extreme, critical
none < minimal < mild, minor, slight, light < moderate, medium < major, serious, heavy < severe < critical < fatal
tiny < extra small, very small < small < medium, mid, middle < large, big < extra large, very large < huge, giant
xxs < xs < s < m < l < xl < xxl, 2xl < xxxl, 3xl < 4xl
terrible, very bad, very poor < bad, poor < fair < average, ok, okay, typical, acceptable < good < very good < premium
  < excellent, ideal, great < perfect, outstanding
po < fa < ta < gd < ex
no < mn < av < gd
i3 < i2 < i1 < si3 < si2 < si1 < vs2 < vs1 < vvs2 < vvs1 < if < fl
strongly disagree < disagree < somewhat disagree, slightly disagree < neutral, neither agree nor disagree, undecided
  < somewhat agree, slightly agree < agree < strongly agree
very dissatisfied, extremely dissatisfied < dissatisfied, unsatisfied < somewhat dissatisfied < neutral
  < somewhat satisfied < satisfied < very satisfied, extremely satisfied
very unlikely < unlikely < neutral, possible < likely < very likely
very negative < negative < neutral < positive < very positive
very unimportant, not important < unimportant < somewhat important, slightly important < neutral < important
  < very important, extremely important
never < rarely, seldom, almost never < occasionally, sometimes < often, frequently
  < very often, usually, almost always < always
hourly < daily < weekly < biweekly, fortnightly < monthly < quarterly < half yearly, semiannually
  < yearly, annually, annual
very easy < easy < medium, moderate, normal, intermediate < hard, difficult < very hard, very difficult < expert
novice, beginner < elementary < intermediate < upper intermediate < advanced < expert, proficient < master
intern, trainee < junior < mid, middle, mid level, intermediate < senior < lead, staff < principal < director
  < executive
freshman < sophomore < junior < senior
free < basic, starter < standard, plus < premium, pro, professional < enterprise, ultimate
iron < bronze < silver < gold < platinum < diamond
economy < premium economy < business < first
baby, infant < toddler < child < teen, teenager, adolescent < young adult, young < adult, middle aged, middle age
  < senior, elderly, old
freezing < very cold < cold < cool < mild < warm < hot < very hot
very weak < weak < moderate, medium < strong < very strong
very slow < slow < medium, moderate, normal, average < fast < very fast
very short < short < medium, average < long, tall < very long, very tall
first < second < third < fourth < fifth < sixth < seventh < eighth < ninth < tenth
one < two < three < four < five < six < seven < eight < nine < ten < eleven < twelve
rare < medium rare < medium < medium well < well done
morning < noon, midday < afternoon < evening < night
winter < spring < summer < autumn, fall
jan, january < feb, february < mar, march < apr, april < may < jun, june < jul, july < aug, august
  < sep, sept, september < oct, october < nov, november < dec, december
jan, januar, j\u00e4nner < feb, februar < m\u00e4rz, mrz < apr, april < mai < jun, juni < jul, juli < aug, august
  < sep, september < okt, oktober < nov, november < dez, dezember
mon, monday < tue, tues, tuesday < wed, weds, wednesday < thu, thur, thurs, thursday < fri, friday < sat, saturday
  < sun, sunday
mo, montag < di, dienstag < mi, mittwoch < do, donnerstag < fr, freitag < sa, samstag, sonnabend < so, sonntag
sehr niedrig < niedrig, gering < mittel < hoch < sehr hoch
klein < mittel < gross, gro\u00df
faible, bas < moyen, moyenne < haut, \u00e9lev\u00e9
bajo, baja < medio, media < alto, alta
none, no schooling, illiterate < preschool, kindergarten < 1st 4th < 5th 6th
  < primary, basic 4y, elementary, primary school < basic 6y < 7th 8th < middle school < 9th, basic 9y < 10th < 11th
  < 12th, some high school < secondary, high school, hs grad, high school graduate, highschool
  < vocational, professional course < some college < assoc voc
  < assoc acdm, associate, associates, associate degree, associate's degree
  < tertiary, college, graduate, undergraduate
  < bachelor, bachelors, bachelor's, bachelor's degree, bachelor degree, university degree, university
  < postgraduate, post graduate < master, masters, master's, master's degree, master degree
  < prof school, professional < doctorate, phd, doctoral, doctorate degree
"""


def _scales(text: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    lines = text.replace("\n  <", " <").strip().splitlines()
    return tuple(tuple(tuple(step.strip().split(", ")) for step in line.split("<")) for line in lines)


SCALES = _scales(_SCALES)
"""Scales; each a tuple of steps from low to high, each step the ways to write it, in small letters."""

OUTSIDE = frozenset({
    "unknown", "other", "others", "not known", "not stated", "not available", "not applicable", "n/a", "na",
    "none given", "missing", "refused", "don't know", "dont know", "do not know", "no answer", "prefer not to say",
    "unspecified", "undefined", "?",
})  # fmt: skip
"""Words that say that nothing is known: they have no place in an order."""

ORDERED_STEMS = frozenset({
    "level", "lvl", "grade", "stage", "phase", "tier", "rank", "week", "quarter", "q", "step", "size", "degree",
    "star", "stars", "month", "day", "year", "semester", "floor", "priority", "p", "severity", "decile", "quartile",
    "percentile",
})  # fmt: skip
"""Words before or after a number that make it a place in an order ("Level 2", "3rd grade")."""

UNIT_DAYS = {
    "second": 1 / 86400,
    "minute": 1 / 1440,
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "month": 30.4,
    "year": 365.0,
}

NUMBER_WORDS = {"one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "twelve": 12.0}
