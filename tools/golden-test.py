#!/usr/bin/env python3
"""Drives reference numbers through the program: events in by append and import, answers out as JSON.

    tools/golden-test.py --program .build/release/daybook [--golden ../shared/golden] [NAME ...]

The unit tests compare the same files with the code; this compares what a user of the command line sees. A NAME is one
of the functions below whose name begins with check_.
"""
import argparse
import calendar
import csv
import datetime
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = pathlib.Path(os.environ.get("DAYBOOK_SHARED", ROOT.parent / "shared"))


class Ledger:
    """A ledger in a folder that is removed with it."""

    def __init__(self, zone="UTC", currency="CNY"):
        self.folder = tempfile.TemporaryDirectory(prefix="daybook-golden-")
        self.environment = {**os.environ, "DAYBOOK_LEDGER": self.folder.name + "/ledger"}
        self.count = 0
        self.run("init", "--zone", zone, "--currency", currency)

    def run(self, *arguments, text=None):
        done = subprocess.run(
            [PROGRAM, *arguments], capture_output=True, text=True, env=self.environment, input=text)
        if done.returncode:
            raise AssertionError(f"daybook {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
        return done.stdout

    def answer(self, *arguments):
        return json.loads(self.run(*arguments, "--json"))

    def event(self, kind, customer, time, data, source="urn:golden", **more):
        self.count += 1
        event = {"specversion": "1.0", "id": f"e{self.count}", "source": source, "type": kind, "time": time, "data": data}
        return {**event, **({"subject": customer} if customer else {}), **more}

    def purchase(self, customer, day, total, currency="CNY", **data):
        return self.event("purchase.completed", customer, day + "T10:00:00Z", {"total": f"{total:.2f}", "currency": currency, **data})

    def append(self, events):
        self.run("append", "-", text="\n".join(map(json.dumps, events)))

    def adopt(self, policy, day="2019-12-31"):
        path = self.folder.name + "/policy.json"
        pathlib.Path(path).write_text(json.dumps(policy))
        self.run("policy", "adopt", path, "--reason", "reference", "--effective-at", day)

    def view(self, customer, view, at):
        return self.answer("customer", customer, "--effective-at", at)[view]

    def views(self, view, at):
        rows = self.answer("customers", "--effective-at", at, "--views", view)
        return {row["customer"]: row[view] for row in rows}

    def report(self, name, at):
        return self.answer("report", name, "--effective-at", at)


class Checks:
    count = 0
    problems = []

    @classmethod
    def same(cls, name, found, expected, tolerance=0):
        cls.count += 1
        numbers = all(isinstance(each, (int, float)) and not isinstance(each, bool) for each in (found, expected))
        good = abs(found - expected) <= tolerance * max(1, abs(expected)) if numbers else found == expected
        if not good:
            cls.problems.append(f"{name}: expected {expected}, found {found}")


same = Checks.same


def golden(name):
    return json.loads((GOLDEN / name).read_text())


def rows(name):
    return list(csv.DictReader((GOLDEN / name).open()))


def amount(money):
    return money and float(money["amount"])


def check_rfm():
    for case in golden("rfm/small_vectors.json"):
        ledger, events = Ledger(), []
        for place, value in enumerate(case["values"]):
            customer = f"c{place:03}"
            events.append(ledger.purchase(customer, "2024-01-01", max(value, 0) + (100 if value < 0 else 0)))
            if value < 0:
                refund = {"amount": f"{100 - value:.2f}", "currency": "CNY"}
                events.append(ledger.event("purchase.returned", customer, "2024-01-02T10:00:00Z", refund))
        ledger.append(events)
        found = ledger.views("value", "2024-02-01")
        for place, score in enumerate(case["rankmin"]):
            same(f"rfm {case['name']} {place}", found[f"c{place:03}"]["rfm"]["m"], score)


def check_cdnow():
    ledger = Ledger(currency="USD")
    ledger.append([ledger.purchase(row["customer_id"], row["date"][:10], float(row["amount"]), "USD") for row in rows("data/cdnow_sample.csv")])
    found = ledger.views("value", "1997-09-30")
    for row in rows("rfm/cdnow_sample_1997-09-30.csv"):
        for score in "rfm":
            same(f"rfm of {row['customer_id']}", found[row["customer_id"]]["rfm"][score], int(row[f"{score}_rankmin"]))
    tiers, expected = ledger.report("value", "1997-09-30")["tiers"], golden("tiers/abc_cdnow_sample_1997-09-30.json")
    for tier, customers in expected["counts"].items():
        same(f"tier {tier}", tiers[tier]["customers"], customers)
    for tier, share in expected["revenue_share"].items():
        same(f"share of {tier}", tiers[tier]["share"], share, 1e-9)
    compare_concentration("cdnow", ledger.report("concentration", "1997-09-30"), golden("concentration/cdnow_sample_1997-09-30.json"))
    stages = rows("lifecycle/cdnow_sample_stages.csv")
    for day in [column for column in stages[0] if column != "customer_id"]:
        found = ledger.views("lifecycle", day)
        for row in stages:
            stage = found[row["customer_id"]]["stage"] if row["customer_id"] in found else "prospect"
            same(f"stage of {row['customer_id']} on {day}", stage, row[day])


def compare_concentration(name, found, expected):
    for member, value in expected.get("expected", expected).items():
        if isinstance(value, dict):
            for part, number in value.items():
                same(f"{name} {member} {part}", found[member][part], number, 1e-9)
        elif member in found or member not in ("n", "total"):
            same(f"{name} {member}", found["customers"] if member == "n" else found[member], value, 1e-9)


def check_concentration():
    for case in golden("concentration/vectors.json"):
        ledger = Ledger()
        ledger.append([ledger.purchase(f"c{place}", "2024-01-01", value) for place, value in enumerate(case["values"])])
        compare_concentration(case["name"], ledger.report("concentration", "2024-02-01"), case)


def check_tiers():
    for case in golden("tiers/abc.json")["cases"]:
        ledger, events = Ledger(), []
        for place, value in enumerate(case["values"]):
            refund = {"amount": f"{-value:.2f}", "currency": "CNY"}
            events.append(
                ledger.purchase(f"c{place}", "2024-01-01", value) if value >= 0
                else ledger.event("purchase.returned", f"c{place}", "2024-01-01T10:00:00Z", refund))
        ledger.append(events)
        found = ledger.views("value", "2024-02-01")
        for place, tier in enumerate(case["tiers"]):
            same(f"tiers {case['name']} {place}", found[f"c{place}"]["tier"], tier)


def check_hysteresis():
    for number, case in enumerate(golden("tiers/hysteresis.json")["cases"]):
        ledger, events, ends = Ledger(), [], []
        ledger.adopt({"tiers": {"thresholds": [1000, 5000, 20000], "level_months": 1, "hysteresis": 0.1, "strikes": 2}})
        for place, value in enumerate(case["values"]):
            year, month = 2020 + place // 12, place % 12 + 1
            events.append(ledger.purchase("c", f"{year}-{month:02}-10", value))
            ends.append(f"{year}-{month:02}-{calendar.monthrange(year, month)[1]}")
        ledger.append(events)
        for end, level in zip(ends, case["tiers"]):
            same(f"hysteresis {number} {end}", ledger.view("c", "value", end)["level"]["name"], f"level_{level}")


def check_lifecycle():
    for number, case in enumerate(golden("lifecycle/small.json")["cases"]):
        ledger = Ledger()
        registered = ledger.event("customer.registered", "c", "2000-01-01T00:00:00Z", {})
        ledger.append([registered] + [ledger.purchase("c", day, 1) for day in case["purchase_days"]])
        for day, stage in case["stages"].items():
            same(f"lifecycle {number} {day}", ledger.view("c", "lifecycle", day)["stage"], stage)


def check_overdue():
    start = datetime.date(2020, 1, 1)
    for number, case in enumerate(golden("churn/overdue.json")["cases"]):
        ledger = Ledger()
        ledger.append([ledger.purchase("c", str(start + datetime.timedelta(day)), 1) for day in case["days"]])
        row = ledger.answer("customer", "c", "--effective-at", str(start + datetime.timedelta(case["asof"])))
        same(f"overdue {number}", row["churn"]["overdue_ratio"], case["expected"]["overdue_ratio"], 1e-9)
        same(f"interval {number}", row["lifecycle"]["expected_interval_days"], case["expected"]["mu_hat_days"], 1e-9)


def check_composite():
    """The reference's formula, which its cases confirm, on the base risk and the features that the program shows."""
    file = golden("churn/composite.json")
    betas = file["betas"]

    def adjusted(base, features):
        adjustment = max(-1.5, min(1.5, sum(betas[name] * value for name, value in features.items())))
        return adjustment, 1 / (1 + math.exp(-(math.log(base / (1 - base)) + adjustment)))

    for number, case in enumerate(file["cases"]):
        adjustment, risk = adjusted(1 - case["p_active"], case["features"])
        same(f"adjustment {number}", adjustment, case["expected"]["adjustment"], 1e-9)
        same(f"risk {number}", risk, case["expected"]["risk"], 1e-9)
    ledger, events, at = Ledger(), [], "2024-03-29T12:00:00Z"
    policy = ledger.answer("policy", "show")
    same("betas", policy.get("parameters", policy)["churn"]["betas"], betas)
    for place in range(40):
        for step in range(0, 700, 20 + 3 * place):
            day = datetime.date(2022, 5, 1) + datetime.timedelta(step)
            events.append(ledger.purchase(f"c{place:02}", str(day), 10))
    answers = {"c03": 0, "c04": 10, "c05": 6, "c06": 9, "c07": 7}

    def complaint(customer, step, time):
        events.append(ledger.event("complaint." + step, customer, time, {"complaint": customer}))

    for customer in ("c01", "c05"):
        complaint(customer, "opened", "2024-03-01T09:00:00Z")
    complaint("c02", "opened", "2024-03-29T11:00:00Z")
    for customer in ("c06", "c07", "c08"):
        complaint(customer, "opened", "2024-02-01T09:00:00Z")
        complaint(customer, "resolved", "2024-02-02T09:00:00Z")
    for customer, score in answers.items():
        data = {"survey": "s", "dimension": "product", "scale": "nps", "score": score}
        events.append(ledger.event("survey.answered", customer, "2024-03-20T09:00:00Z", data))
    ledger.append(events)
    mean = sum(answers.values()) * 10 / len(answers)
    churn, satisfaction = ledger.views("churn", at), ledger.views("satisfaction", at)
    for place in range(10):
        customer = f"c{place:02}"
        features = {
            "open_complaint_breached": customer in ("c01", "c05"), "open_complaint": customer == "c02",
            "complaint_resolved_90d": customer in ("c06", "c07", "c08")}
        if customer in answers:
            features["satisfaction_per_10_points_below_prior"] = (mean - satisfaction[customer]["score"]) / 10
            features["detractor"] = answers[customer] <= 6
            features["promoter"] = answers[customer] >= 9
        same(f"risk of {customer}", churn[customer]["risk"], adjusted(churn[customer]["base_risk"], features)[1], 1e-9)
    same("somebody is at risk", any(row["risk"] != row["base_risk"] for row in churn.values()), True)


WIRE_NAMES = {
    "CustomerRegistered": "customer.registered", "PurchaseMade": "purchase.completed", "PurchaseRefunded": "purchase.returned",
    "ContactLogged": "contact.logged", "ComplaintReceived": "complaint.opened", "ComplaintResolved": "complaint.resolved",
    "ComplaintReopened": "complaint.reopened", "SurveyAnswered": "survey.answered", "CustomersMerged": "customer.merged",
    "EventVoided": "event.voided"}


def scenario_event(ledger, event, rates):
    """What an event of the reference scenario is on the wire; recorded when it says."""
    kind, customer = event["type"], event["customer"]
    data = {"ContactLogged": {"direction": "in", "channel": event.get("channel")}, "SurveyAnswered": {
        "survey": "s", "dimension": "product", "scale": "csat5", "score": event.get("score")}}.get(kind, {})
    if kind.startswith("Complaint"):
        data = {"complaint": "k"}
    elif kind in ("PurchaseMade", "PurchaseRefunded"):
        data = {"total" if kind == "PurchaseMade" else "amount": event["amount"], "currency": event["currency"]}
        if event["currency"] != "CNY":
            data["fx"] = str(rates[event["currency"]])
        if "ref" in event:
            data["event"] = event["ref"]
    elif kind == "EventVoided":
        data = {"source": "urn:golden", "id": event["ref"], "reason": "reference"}
    elif kind == "CustomersMerged":
        customer, data = event["other"], {"into": event["customer"]}
    made = ledger.event(WIRE_NAMES[kind], customer, event["occurred"], data, recordedtime=event["recorded"])
    return {**made, "id": event["id"]}


def check_asof():
    for path in sorted((GOLDEN / "asof").glob("*.json")):
        file = golden(path.relative_to(GOLDEN))
        ledger = Ledger(zone=file["tz"])
        lines = [scenario_event(ledger, event, file["fx"]) for event in sorted(file["events"], key=lambda event: event["recorded"])]
        ledger.run("import", "-", "--recorded", "field", text="\n".join(map(json.dumps, lines)))
        for expected in file["expected"]:
            name = f"{path.stem} {expected['asof']} known {expected['known']}"
            point = ["--effective-at", expected["asof"], "--known-at", expected["known"]]
            found = {row["customer"]: row for row in ledger.answer("customers", *point)}
            same(f"{name} customers", sorted(found), sorted(expected["customers"]))
            for customer, wanted in expected["customers"].items():
                value, complaints, contacts = (found[customer][view] for view in ("value", "complaints", "interaction"))
                for member, shown in (("gross_cny", "gross_revenue"), ("refunded_cny", "refunded"), ("net_cny", "net_revenue")):
                    same(f"{name} {member} of {customer}", value[shown]["amount"], wanted[member])
                for member, shown in (
                        ("purchase_days", value["purchase_days"]), ("last_purchase_local", value["last_purchase"]),
                        ("contacts", contacts["contacts"]), ("channels", sorted(contacts["channels"])),
                        ("complaints", complaints["opened"]), ("open_complaints", complaints["open"]),
                        ("survey_answers", found[customer]["satisfaction"]["answers"]), ("survey_mean", found[customer]["satisfaction"]["csat"]["mean"])):
                    same(f"{name} {member} of {customer}", shown, wanted[member])


def business(hours):
    return {"business": {"hours": [f"{hours['open']}-{hours['close']}"], "weekdays": hours["days"]}}


def holidays(ledger, hours):
    data = {"calendar": "golden", "year": 2024, "days_off": hours["holidays"], "workdays": []}
    return ledger.event("calendar.published", None, "2023-12-01T00:00:00Z", data, source="daybook:")


def check_business_minutes():
    file = golden("complaints/business_minutes.json")
    for number, case in enumerate(file["cases"]):
        hours = file["calendars"][case["calendar"]]
        ledger = Ledger(zone=hours["tz"])
        ledger.adopt(business(hours))
        ledger.append([
            holidays(ledger, hours), ledger.event("complaint.opened", "c", case["start"], {"complaint": "k"}),
            ledger.event("complaint.replied", "c", case["end"], {"complaint": "k", "by": "human"})])
        found = ledger.view("c", "complaints", "2024-12-31")["first_response"]
        same(f"calendar minutes {number}", found["calendar"], case["calendar_minutes"])
        same(f"business minutes {number}", found["business"], case["business_minutes"])


STEPS = {
    "received": ("opened", {}), "auto_ack": ("acknowledged", {}), "ack": ("acknowledged", {}), "reply": ("replied", {"by": "human"}),
    "auto_reply": ("replied", {"by": "auto"}), "wait_customer": ("waiting", {}), "resume": ("resumed", {})}


def check_complaints():
    file = golden("complaints/kpis.json")
    hours = golden("complaints/business_minutes.json")["calendars"][file["calendar"]]
    for case in file["cases"]:
        ledger = Ledger(zone=hours["tz"])
        ledger.adopt(business(hours))
        events = [holidays(ledger, hours)]
        for event in case["events"]:
            step, data = STEPS.get(event["kind"], (event["kind"], {}))
            events.append(ledger.event("complaint." + step, "c", event["at"], {"complaint": "k", **data}))
        ledger.append(events)
        for at, expected in case["expected"].items():
            name, found = f"{case['name']} {at}", ledger.view("c", "complaints", at)
            same(name + " open", found["open"], int(expected["state"] in ("open", "waiting")))
            same(name + " response", found["first_response"]["calendar"], expected["first_response_calendar_minutes"])
            same(name + " response, business", found["first_response"]["business"], expected["first_response_business_minutes"])
            same(name + " resolution", found["resolution"]["calendar"], expected["full_resolution_calendar_minutes"])
            if expected["full_resolution_calendar_minutes"] is not None:
                same(name + " handling", found["resolution"]["business"], expected["handling_business_minutes"])
            same(name + " breached", found["breached"], int(expected["response_breached"] or expected["resolution_breached"]))
            same(name + " reopened", found["reopened"], int(expected["reopen_count"] > 0))


def points_events(ledger, event):
    """What an entry of the reference ledger is on the wire: each accrual is a purchase of as many units as points."""
    time, kind = event["date"] + "T12:00:00Z", event["type"]
    if kind == "earn":
        yield ledger.event("purchase.completed", "c", time, {"order": event["lot"], "total": str(event["points"]), "currency": "CNY"})
        data = {"lot": event["lot"], "points": event["points"], "order": event["lot"], "expires_on": event.get("expires")}
        yield ledger.event("points.earned", "c", time, {name: value for name, value in data.items() if value is not None})
    elif kind == "clawback":
        yield ledger.event("purchase.returned", "c", time, {"order": event["lot"], "amount": str(event["points"]), "currency": "CNY"})
    elif kind == "redeem":
        yield ledger.event("points.redeemed", "c", time, {"lot": event["id"], "points": event["points"]})
    elif kind == "cancel_redemption":
        yield ledger.event("points.redemption_cancelled", "c", time, {"lot": event["id"]})
    else:
        raise AssertionError(f"the reference ledger has an entry {kind}")


def check_loyalty():
    for case in golden("loyalty/ledger.json")["cases"]:
        ledger = Ledger()
        ledger.append([each for event in case["events"] for each in points_events(ledger, event)])
        for day, expected in case["expected"].items():
            found, name = ledger.view("c", "loyalty", day), f"{case['name']} {day}"
            for member in ("balance", "available", "debt", "next_expiry"):
                same(f"{name} {member}", found[member], expected[member])
            same(f"{name} expired", found["expired"], expected["expired_total"])


def check_profit():
    for number, case in enumerate(golden("profit/whale_curve.json")):
        ledger = Ledger()
        ledger.append([
            ledger.purchase(f"c{place}", "2024-01-01", 1000, lines=[{"product": "p", "quantity": 1, "net": "1000", "cost": f"{1000 - margin:.2f}"}])
            for place, margin in enumerate(case["margins"])])
        found, expected = ledger.report("profit", "2024-02-01"), case["expected"]
        same(f"whale {number} total", amount(found["margin"]), expected["total"])
        same(f"whale {number} peak", amount(found["peak"]), expected["peak"])
        for member in ("peak_customers", "peak_fraction", "peak_over_total", "loss_makers"):
            same(f"whale {number} {member}", found[member], expected[member], 1e-9)


def check_referral():
    file, ledger = golden("referral/tree.json"), Ledger()
    events = [
        ledger.purchase(customer, "2024-01-01", value, lines=[{"product": "p", "quantity": 1, "net": f"{value:.2f}", "cost": "0"}])
        for customer, value in file["values"].items()]
    events += [
        ledger.event("referral.made", edge["referred_by"], "2024-01-02T10:00:00Z", {"referred": edge["customer"]})
        for edge in file["edges"]]
    ledger.append(events)
    for customer, expected in file["expected"].items():
        found = ledger.view(customer, "referral", "2024-02-01")
        same(f"referred by {customer}", found["referred"], expected["direct"])
        same(f"direct value of {customer}", amount(found["direct_value"]), expected["direct_value"])
        same(f"tree value of {customer}", amount(found["tree_value"]), expected["tree_value"])


def check_priority():
    """The factors of the reference cannot be set from outside: its formula is computed from those that are shown."""
    ledger, now = Ledger(), datetime.datetime(2024, 6, 3, 12)
    ledger.adopt({"business": {"hours": ["00:00-24:00"], "weekdays": list(range(7))}})
    events = [ledger.purchase(f"c{place:02}", "2024-01-01", place + 1) for place in range(21)]
    items = {"c19": ("normal", 30), "c08": ("critical", 5), "c18": ("low", 230), "c00": ("high", 10), "c12": ("normal", 300)}
    contacts = {customer: int(customer[1:]) // 3 for customer in items}
    for customer, (severity, elapsed) in items.items():
        opened = (now - datetime.timedelta(minutes=elapsed)).isoformat() + "Z"
        events.append(ledger.event("complaint.opened", customer, opened, {"complaint": customer, "severity": severity}))
        events += [
            ledger.event("contact.logged", customer, f"2024-05-{10 + number}T08:00:00Z", {"direction": "in", "channel": "phone"})
            for number in range(contacts[customer])]
    ledger.append(events)
    queue = ledger.report("priority", now.isoformat() + "Z")["queue"]
    mean = sum(contacts.values()) / 21
    for item in queue:
        customer = item["customer"]
        severity, elapsed = items[customer]
        factors = {
            "value": int(customer[1:]) / 20, "interaction": 1 - math.exp(-contacts[customer] / mean),
            "urgency": max({"low": .25, "normal": .5, "high": .75, "critical": 1}[severity], min(1, elapsed / 240))}
        for name, factor in factors.items():
            same(f"{name} of {customer}", item["factors"][name], factor, 1e-9)
        value, interaction, urgency = (max(.05, min(1, factors[name])) for name in ("value", "interaction", "urgency"))
        same(f"score of {customer}", item["score"], 100 * value ** .4 * urgency ** .4 * interaction ** .2, 1e-9)
        same(f"minutes of {customer}", item["minutes_to_breach"], 240 - elapsed)
    order = [(-item["score"], item["minutes_to_breach"], item["id"]) for item in queue]
    same("order of the queue", order, sorted(order))


def main():
    global PROGRAM, GOLDEN
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--golden", default=str(SHARED / "golden"))
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    PROGRAM, GOLDEN = os.path.abspath(arguments.program), pathlib.Path(arguments.golden)
    if not GOLDEN.is_dir():
        print(f"golden-test: skipped, there are no reference values in {GOLDEN}")
        return 0
    checks = {name[6:]: check for name, check in globals().items() if name.startswith("check_")}
    for name in arguments.names or checks:
        before, failed = Checks.count, len(Checks.problems)
        checks[name]()
        print(f"{name}: {Checks.count - before} compared, {len(Checks.problems) - failed} differ", flush=True)
    print("\n".join(Checks.problems[:50]))
    return 1 if Checks.problems else 0


if __name__ == "__main__":
    sys.exit(main())
