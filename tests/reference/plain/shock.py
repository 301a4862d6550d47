"""Phase 1, person by person: who is hit, which homes are damaged (equations 2 and 10)."""

from __future__ import annotations

from resilienza_sim.model.hazards import HAZARDS
from resilienza_sim.model.phases.shock import HOUSING, protection, union
from tests.reference.chance import chance
from tests.reference.plain.capital import kept_in
from tests.reference.shock import overtopping


class Exposed:
    def forget_blow(self):
        """A new week: nothing has hit yet."""
        self.blow = 0.0
        if self.weeks_since_hit < 65535:
            self.weeks_since_hit += 1

    def hit(self, exposure, weights, amount, p):
        """Kernel `hit_citizens`: v = amount e (1 - eta / 2) (1 + sensitisation if hit before)."""
        v = amount * exposure * (1.0 - 0.5 * self.efficacy)
        before = self.weeks_since_hit <= p.sensitised_weeks
        if self.weeks_since_hit <= p.event_gap_weeks:  # the event goes on: as it found people
            before = self.sensitised
        if before:
            v *= 1.0 + p.sensitisation
        need = self.need
        for k, weight in enumerate(weights):
            need[k] += (1.0 - need[k]) * chance(p.hit_rate * v * weight)
        self.blow += (1.0 - self.blow) * chance(v)
        if v <= p.felt_hit:
            return False
        self.weeks_since_hit, self.sensitised = 0, int(before)
        return True


def hit_town(town, shock, amount, p):
    """Hit those exposed and their homes; return the share of the citizens hit."""
    exposure, weights = shock.exposure.tolist(), shock.needs.tolist()
    kept = kept_in(town.tables, shock.protects)
    hit, housing = 0, weights[HOUSING]
    if shock.damages_homes:  # what people lack is then what their homes lack
        weights[HOUSING] = 0.0
    for person, e in zip(town.people, exposure, strict=True):
        if e > 0.0:
            hit += person.hit(e * kept[person.quarter], weights, amount, p)
    if shock.damages_homes:
        for home in town.homes:  # a home is hit as its first member is
            home.flood(amount * housing * exposure[home.members[0].number], p)
    return hit / len(town.people)


def excursions(place, p):
    """Open the events of each hazard, and count the weeks since the water went."""
    for h in range(len(HAZARDS)):
        if place.water[h] >= p.event_starts:
            place.in_event[h] = 1
        on, dry = place.in_event[h], place.water[h] < p.event_ends
        place.event_peak[h] = max(place.event_peak[h], place.water[h]) if on else 0.0
        place.event_gap[h] = place.event_gap[h] + 1 if on and dry else 0


def run(town):
    """Let this week's shocks reach the town: levees first, then people."""
    tables, p = town.tables, town.tables.rates.shock
    place, week = tables.state.municipality, tables.state.week
    town.citizens.do("forget_blow")
    shocks = tables.active_shocks(week)
    place.water[:] = place.hit[:] = 0.0
    for each in shocks:
        place.water[each.hazard] = max(place.water[each.hazard], each.water[week])
    place.river[:] = tables.river_works(week)
    argini = protection(place.levee, p.cross_protection).tolist()
    river = place.river.tolist()

    def damage_of(water, h):
        return overtopping(float(water), river[h], argini[h], p)

    place.damage[:] = [damage_of(water, h) for h, water in enumerate(place.water)]
    damage = [damage_of(each.water[week], each.hazard) for each in shocks]
    for each, amount in zip(shocks, damage, strict=True):
        if amount > 0.0:
            h = each.hazard
            memory, levee = float(place.memory[h]), float(place.levee[h])
            amount *= (1.0 - p.memory_shield * memory) * (
                1.0 + p.levee_crowding * levee * (1.0 - memory)
            )
            place.hit[h] = max(place.hit[h], hit_town(town, each, amount * each.strike, p))

    for h in range(len(HAZARDS)):
        same_event = place.in_event[h] or place.damage[h] == 0.0
        place.struck[h] = max(place.struck[h] if same_event else 0.0, place.damage[h])
    closed = [
        max(amount, float(each.tail[week] * place.struck[each.hazard]))
        for each, amount in zip(shocks, damage, strict=True)
    ]
    place.contact_closed = p.interruption * union(each.closure[week] for each in shocks)
    place.gatherings_closed = p.interruption * union(each.limits[week] for each in shocks)
    place.service_dip = union(
        each.channels.services * x for each, x in zip(shocks, closed, strict=True)
    )
    place.space_closed = union(
        each.channels.spaces * x for each, x in zip(shocks, closed, strict=True)
    )
    place.salience = union(each.channels.salience * each.water[week] for each in shocks)
    asked = p.interruption * place.damage
    asked[0] = p.routine_load
    place.demand[:] = asked / asked.sum()
    dominant = int(place.demand.argmax())
    place.news, place.dominant = dominant != place.dominant, dominant
    excursions(place, p)
