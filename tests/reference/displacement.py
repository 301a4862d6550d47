"""Where households live: repair, beds, moving on, coming back, and what they lack."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from tests.reference.chance import arc_id, u01
from tests.reference.columns import row

HOME, KIN, RENTED, SHELTER, GONE = range(5)
ISOLATION, HOUSING = 0, 3


def own_part(means, savings, poor, backing) -> float:
    """What a household pays itself goes with its savings."""
    usual = max(backing.usual_poor if poor else backing.usual, 1e-9)
    return 1.0 - (1.0 - means) ** (1.0 + backing.weight * (savings / usual - 1.0))


def money(homes, members, h, backing, p) -> float:
    """Own means, and of the rest what was compensated."""
    poor = bool(members.poor[members.start[h]])
    own = own_part(p.means_poor if poor else p.means, float(homes.savings[h]), poor, backing)
    return own + (1.0 - own) * float(homes.paid[h])


def waits(homes, h, p) -> bool:
    """Damaged, dry, nobody at work."""
    d = float(homes.damage[h])
    return d > 0.0 and not homes.works[h] and float(homes.dry[h]) > p.drying * d


def asks(homes, members, h, backing, p) -> float:
    """How hard it looks for builders: less while it lives in the home."""
    pressing = p.staying if homes.lodging[h] == HOME else 1.0
    return p.starting * pressing * money(homes, members, h, backing, p)


def mend(key, homes, members, received, given, p) -> None:
    """Builders are shared by those who ask; households go on by themselves."""
    n = len(homes.damage)
    homes.works[np.asarray(homes.dry) == 0] = 0
    free = given.sites
    for h in range(n):
        free -= int(homes.works[h])
    asked = 0.0
    for h in range(n):
        if waits(homes, h, p):
            asked += asks(homes, members, h, given.backing, p)
    found = min(1.0, max(free, 0.0) / asked) if asked > 0.0 else 0.0
    for h in range(n):
        d = float(homes.damage[h])
        if d == 0.0:
            continue
        m = money(homes, members, h, given.backing, p)
        if waits(homes, h, p):
            hazard = asks(homes, members, h, given.backing, p) * found
            homes.works[h] = int(u01(key, h) < 1.0 - math.exp(-hazard))
        who = range(int(members.start[h]), int(members.start[h + 1]))
        helped = 0.0
        for i in who:
            helped += float(received[i])
        d *= math.exp(-p.own_repair * (m + p.aid * helped / len(who))) * (
            1.0 - p.clearing * given.volunteers
        )
        if homes.dry[h] < p.clearing_weeks:
            d *= (1.0 - p.clearing) ** (1.0 / max(p.clearing_weeks, 1.0))
        if homes.works[h]:
            d = d - p.pace if d > p.pace else 0.0
        homes.paid[h] = float(homes.paid[h]) + (1.0 - float(homes.paid[h])) * given.compensation
        homes.dry[h] = min(int(homes.dry[h]) + 1, 65535)
        if d < 0.01:
            d = homes.works[h] = homes.paid[h] = 0.0
        homes.damage[h] = d


def guests_of(homes) -> list[int]:
    """How many households each hosts."""
    hosts = homes.host.tolist()
    return [hosts.count(h) for h in range(len(hosts))]


def offers(key, h, standing, members, links, bed):
    """Yield after how long each tie offers a bed, and the household that does."""
    for i in range(int(members.start[h]), int(members.start[h + 1])):
        for k in row(links.start, links.degree, i):
            j = int(links.nbr[k])
            g, rate = int(members.household[j]), bed * float(links.trust[links.rev[k]])
            if g != h and standing[g] and rate > 0.0:
                yield -math.log(1.0 - u01(key, arc_id(i, j))) / rate, g


def lodge(keys, homes, members, links, given, p) -> None:
    """Leave, move on, come back, go: each household by its own numbers."""
    was, hosted, n = homes.lodging.tolist(), guests_of(homes), len(homes.lodging)
    habitable = [float(d) <= p.uninhabitable for d in homes.damage]
    standing = [was[h] == HOME and habitable[h] and not hosted[h] for h in range(n)]
    vacancy = max(0.0, 1.0 - was.count(RENTED) / given.vacant) if given.vacant > 0.0 else 0.0

    def chance(process, h, hazard):
        return u01(keys[process], h) < 1.0 - math.exp(-hazard)

    for h in range(n):
        if was[h] == HOME and habitable[h]:
            continue
        if was[h] == HOME:
            homes.out[h] = 0
        else:
            homes.out[h] = min(int(homes.out[h]) + 1, 65535)
            back = p.returning * (1.0 - float(homes.damage[h]) if habitable[h] else 0.0)
            if chance(3, h, back * (p.tenant_return if homes.tenant[h] else 1.0)):
                homes.lodging[h], homes.host[h], homes.out[h] = HOME, -1, 0
                continue
            if homes.out[h] >= p.long_out and chance(4, h, p.leaving):
                homes.lodging[h], homes.host[h] = GONE, -1
                homes.left[h] = min(int(homes.left[h]) + 1, 65535)
                continue
            if was[h] == RENTED:
                continue
        own = 0.0
        if not members.poor[members.start[h]]:
            own = own_part(p.rent_means, float(homes.savings[h]), False, given.backing)
        pays = given.allowance + (1.0 - given.allowance) * own
        rents = chance(1, h, p.renting * pays * vacancy)
        if was[h] == KIN:
            g = int(homes.host[h])
            stays = was[g] == HOME and habitable[g] and not chance(2, h, p.host_ends)
            if stays and not rents:
                continue
        if was[h] != HOME and rents:
            homes.lodging[h], homes.host[h] = RENTED, -1
            continue
        found = [x for x in offers(keys[0], h, standing, members, links, p.bed) if x[0] < 1.0]
        g = min(found, key=lambda x: x[0])[1] if found else -1
        homes.host[h] = g
        homes.lodging[h] = KIN if g >= 0 else RENTED if rents else SHELTER


def lacked(need, before, now) -> float:
    """Housing need with another lack: the rest is kept, or the share that others have met."""
    if need >= before and before < 1.0:
        return 1.0 - (1.0 - need) * (1.0 - now) / (1.0 - before)
    return need * now / before


def dwell(need, homes, members, beds, p) -> None:
    """Housing need follows what the place lacks; isolation rises part of the way to it."""
    start = [int(at) for at in members.start]
    size = [end - first for first, end in pairwise(start)]
    lodging, hosted = homes.lodging.tolist(), guests_of(homes)
    sheltered = sum(n for n, where in zip(size, lodging, strict=True) if where == SHELTER)
    without = 1.0 - min(1.0, beds / sheltered) if sheltered else 0.0
    lacks = {
        KIN: p.lack_kin,
        RENTED: p.lack_rented,
        SHELTER: p.lack_shelter + (1.0 - p.lack_shelter) * p.crowding * without,
    }
    for h, where in enumerate(lodging):
        lack = lacks.get(where, 0.0)
        if where == HOME:
            for _ in range(hosted[h]):
                lack += (1.0 - lack) * p.hosting
        housing = 1.0 - (1.0 - float(homes.damage[h])) * (1.0 - lack)
        apart = p.uprooted * lack if where != HOME else 0.0
        before = float(homes.lacking[h])
        if housing <= 0.0 and before == 0.0:
            continue
        now = before + p.felt * (housing - before)
        now = homes.lacking[h] = now if now > 0.001 else 0.0
        for i in range(start[h], start[h + 1]):
            moved, alone = lacked(float(need[i, HOUSING]), before, now), float(need[i, ISOLATION])
            need[i, HOUSING] = moved + p.felt * max(0.0, now - moved)
            need[i, ISOLATION] = alone + p.felt * max(0.0, apart - alone)
