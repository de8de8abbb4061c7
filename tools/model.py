"""A naive model of Daybook's rules in Python, written from the domain's definitions and not from the Swift code.

A log is a list of events as sealed lines hold them. `answer(log, known, effective, settings)` folds the first
`known` of them from scratch, with plain lists and dictionaries, and gives the four core views and the counts of
complaints and contacts of every customer. Slow on purpose; exact where the domain is exact.
"""
import datetime
import math
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

DEFAULTS = {
    "zone": "Europe/London", "currency": "GBP", "mu0": 50, "k": 2, "horizon": 90, "half_life": 180, "kappa": 3,
}
CORRECTIONS = {"event.voided", "event.corrected", "customer.merged", "customer.split"}
UNIX = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def microseconds(text):
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (moment - UNIX) // datetime.timedelta(microseconds=1)


def local_day(instant, zone):
    return (UNIX + datetime.timedelta(microseconds=instant)).astimezone(ZoneInfo(zone)).date()


def end_of_day(day, zone):
    """The last microsecond of a local day."""
    start = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(), ZoneInfo(zone))
    return (start.astimezone(datetime.timezone.utc) - UNIX) // datetime.timedelta(microseconds=1) - 1


def minor(text):
    return int((Decimal(text) * 100).to_integral_exact())


def convert(text, data, currency):
    """Minor units of the reporting currency, or None where there is no rate."""
    if data["currency"] == currency:
        return minor(text)
    if "fx" not in data:
        return None
    value = Decimal(text) * Decimal(data["fx"]) * 100
    return int(value.to_integral_value(rounding=ROUND_HALF_UP))


class Knowledge:
    """What stands of the first `known` events: withdrawals, corrected data, identity."""

    def __init__(self, log, known):
        prefix = log[:known]
        places = {(event["source"], event["id"]): place for place, event in enumerate(prefix)}
        withdrawn, corrected = set(), {}
        for place in range(len(prefix) - 1, -1, -1):
            event = prefix[place]
            if place in withdrawn or event["type"] not in ("event.voided", "event.corrected"):
                continue
            target = places[(event["data"]["source"], event["data"]["id"])]
            if event["type"] == "event.voided":
                withdrawn.add(target)
            else:
                corrected.setdefault(target, event["data"])
        edges = {}
        for place, event in enumerate(prefix):
            if place in withdrawn:
                continue
            if event["type"] == "customer.merged":
                edges[event["subject"]] = event["data"]["into"]
            elif event["type"] == "customer.split" and edges.get(event["subject"]) == event["data"]["from"]:
                del edges[event["subject"]]
        self.edges = edges
        self.events = []
        for place, event in enumerate(prefix):
            if place in withdrawn or event["type"] in CORRECTIONS or "subject" not in event:
                continue
            event = dict(event)
            if place in corrected:
                event["data"] = corrected[place]["data"]
                event["time"] = corrected[place].get("time", event["time"])
            self.events.append((microseconds(event["time"]), place, self.root(event["subject"]), event))
        self.events.sort(key=lambda each: each[:2])

    def root(self, name):
        while name in self.edges:
            name = self.edges[name]
        return name


def purchases(events, currency, zone):
    """Orders of one customer's events in effective order, after their refunds."""
    orders, by_event, pending = {}, {}, []
    refunded = gross = unmatched = unconverted = 0
    for instant, place, _, event in events:
        data = event["data"]
        if event["type"] == "purchase.completed":
            key = ("order", data["order"]) if "order" in data else ("event", event["source"], event["id"])
            order = orders.setdefault(
                key, {
                    "at": (instant, place), "day": local_day(instant, zone), "total": 0, "refunds": 0,
                    "refunded": 0, "foreign": 0})
            amount = convert(data["total"], data, currency)
            if amount is None:
                unconverted += 1
                order["foreign"] += minor(data["total"])
            else:
                gross += amount
                order["total"] += amount
            by_event[(event["source"], event["id"])] = key
        elif event["type"] == "purchase.returned":
            amount = convert(data["amount"], data, currency)
            if amount is None:
                unconverted += 1
            else:
                refunded += amount
            pending.append((event, data, amount))
    for event, data, amount in pending:
        key = None
        if "order" in data:
            key = ("order", data["order"])
        elif "event" in data:
            key = by_event.get((event["source"], data["event"]))
        if key not in orders:
            unmatched += 1
        else:
            orders[key]["refunds"] += 1
            if amount is None:
                orders[key]["foreign"] -= minor(data["amount"])
            else:
                orders[key]["refunded"] += amount
    counted = [
        order for order in orders.values()
        if not (order["refunds"] > 0 and order["refunded"] >= order["total"] and order["foreign"] <= 0)]
    return {
        "gross": gross, "refunded": refunded, "net": gross - refunded, "unmatched": unmatched,
        "unconverted": unconverted, "purchases": len(counted), "days": sorted({order["day"] for order in counted}),
        "last_at": max((order["at"] for order in counted), default=None)}


def over(gap, theta, floor, count, span, settings):
    return gap >= floor and gap * (settings["k"] + count - 1) >= theta * (settings["k"] * settings["mu0"] + span)


def stage(days, today, ended, settings):
    """`days` ascending; `ended` when no purchase that counts followed the end of the relationship."""
    if ended:
        return "churned"
    if not days:
        return "prospect"
    gap, span, n = (today - days[-1]).days, (days[-1] - days[0]).days, len(days)
    if over(gap, 4, 60, n, span, settings):
        return "churned"
    if over(gap, 2, 30, n, span, settings):
        return "dormant"
    if n >= 2 and over((days[-1] - days[-2]).days, 4, 60, n - 1, (days[-2] - days[0]).days, settings):
        return "won_back"
    return "first_time" if n == 1 else "repeat" if n <= 3 else "loyal"


def rank_min_scores(values):
    ordered = sorted(values.values())
    n = len(ordered)
    return {
        name: 1 + (5 * sum(1 for other in ordered if other < value)) // n for name, value in values.items()}


def rfm_group(r, f, m):
    s = f + m
    if r == 5 and s >= 8: return "champions"
    if r in (3, 4) and s >= 8: return "loyal"
    if r >= 4 and 5 <= s <= 7: return "active"
    if r == 5: return "new"
    if r == 4: return "promising"
    if r == 3: return "needs_attention"
    if s >= 9: return "previously_loyal"
    if s >= 6: return "at_risk"
    return "almost_lost" if r == 2 else "dormant"


def tiers(values):
    positive = [value for value in values.values() if value > 0]
    total = sum(positive)
    result = {}
    for name, value in values.items():
        above = sum(other for other in positive if other > value)
        result[name] = (
            "none" if value <= 0 else "A" if 5 * above < 4 * total else "B" if 20 * above < 19 * total else "C")
    return result


def answers(events, zone):
    """Answers that count: a later one replaces an earlier one of the same form and question."""
    kept = {}
    for instant, place, _, event in events:
        if event["type"] != "survey.answered":
            continue
        data = event["data"]
        key = place
        if "response" in data:
            key = (data["survey"], data["dimension"], data.get("question"), data["response"])
        low, high = {"csat5": (1, 5), "nps": (0, 10), "ces7": (1, 7)}.get(
            data["scale"] if isinstance(data["scale"], str) else None) or (data["scale"]["min"], data["scale"]["max"])
        kept.pop(key, None)
        kept[key] = (local_day(instant, zone), (data["score"] - low) / (high - low) * 100, data)
    return list(kept.values())


def conversations(events):
    """Contacts without bulk mail; one thread is one, and so are messages by one channel within 30 minutes."""
    count, threads, last = 0, set(), {}
    for instant, _, _, event in events:
        data = event["data"]
        if event["type"] != "contact.logged" or data.get("bulk"):
            continue
        if "thread" in data:
            if data["thread"] not in threads:
                threads.add(data["thread"])
                count += 1
            continue
        channel = data["channel"]
        if channel not in last or instant - last[channel] > 30 * 60 * 1_000_000:
            count += 1
        last[channel] = instant
    return count


def complaints(events):
    """How many were opened, and how many are open or waiting; steps before the opening say nothing."""
    state = {}
    for _, _, _, event in events:
        if not event["type"].startswith("complaint."):
            continue
        case = (event["source"], event["data"]["complaint"])
        step = event["type"].split(".")[1]
        if step == "opened":
            state.setdefault(case, "open")
        elif case in state:
            if step in ("resolved", "closed"):
                state[case] = step if (step, state[case]) != ("resolved", "closed") else "closed"
            elif step == "reopened":
                state[case] = "open"
    return {"opened": len(state), "open": sum(each == "open" for each in state.values())}


def answer(log, known, effective, settings=None):
    """Every customer's views at a point: `known` is a count of events, `effective` microseconds."""
    settings = {**DEFAULTS, **(settings or {})}
    zone = settings["zone"]
    today = local_day(effective, zone)
    events_of = {}
    for each in Knowledge(log, known).events:
        if each[0] <= effective:
            events_of.setdefault(each[2], []).append(each)
    facts = {name: purchases(events, settings["currency"], zone) for name, events in events_of.items()}
    buyers = {name: fact for name, fact in facts.items() if fact["purchases"] > 0}
    r = rank_min_scores({name: -(today - fact["days"][-1]).days for name, fact in buyers.items()})
    f = rank_min_scores({name: len(fact["days"]) for name, fact in buyers.items()})
    m = rank_min_scores({name: fact["net"] for name, fact in buyers.items()})
    tier = tiers({name: fact["net"] for name, fact in facts.items()})
    said = {name: answers(events, zone) for name, events in events_of.items()}
    everything = [y for each in said.values() for _, y, _ in each]
    m0 = sum(everything) / len(everything) if everything else 50
    result = {}
    for name, events in events_of.items():
        fact = facts[name]
        ends = [(instant, place) for instant, place, _, event in events if event["type"] == "relationship.ended"]
        ended = ends and (fact["last_at"] is None or fact["last_at"] < ends[-1])
        weights = [(2 ** (-(today - day).days / settings["half_life"]), y) for day, y, _ in said[name]]
        total = sum(w for w, _ in weights)
        scores = {scale: [d["score"] for _, _, d in said[name] if d["scale"] == scale] for scale in ("csat5", "nps", "ces7")}
        result[name] = {
            "value.gross_revenue": fact["gross"], "value.refunded": fact["refunded"], "value.net_revenue": fact["net"],
            "value.unmatched_returns": fact["unmatched"], "value.unconverted": fact["unconverted"],
            "value.purchases": fact["purchases"], "value.purchase_days": len(fact["days"]),
            "value.first_purchase": fact["days"][0].isoformat() if fact["days"] else None,
            "value.last_purchase": fact["days"][-1].isoformat() if fact["days"] else None,
            "value.recency_days": (today - fact["days"][-1]).days if fact["days"] else None,
            "value.tier": tier[name],
            "value.rfm.r": r.get(name), "value.rfm.f": f.get(name), "value.rfm.m": m.get(name),
            "value.rfm.group": rfm_group(r[name], f[name], m[name]) if name in r else "prospect",
            "lifecycle.stage": stage(fact["days"], today, ended, settings),
            "satisfaction.answers": len(said[name]),
            "satisfaction.no_data": not said[name],
            "satisfaction.score":
                (settings["kappa"] * m0 + sum(w * y for w, y in weights)) / (settings["kappa"] + total),
            "satisfaction.effective_n": total ** 2 / sum(w * w for w, _ in weights) if weights else 0,
            "satisfaction.csat.n": len(scores["csat5"]),
            "satisfaction.csat.top2":
                sum(s >= 4 for s in scores["csat5"]) / len(scores["csat5"]) if scores["csat5"] else None,
            "satisfaction.nps.n": len(scores["nps"]),
            "satisfaction.nps.last": scores["nps"][-1] if scores["nps"] else None,
            "satisfaction.ces.mean": math.fsum(scores["ces7"]) / len(scores["ces7"]) if scores["ces7"] else None,
            "complaints.opened": complaints(events)["opened"], "complaints.open": complaints(events)["open"],
            "interaction.contacts": conversations(events),
        }
    return result
