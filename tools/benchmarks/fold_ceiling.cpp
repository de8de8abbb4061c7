// The ceiling of a rebuild: the four core views by the same rules, in C++ over packed 64-byte facts.
//
// Value (net revenue, purchase days, refunds by order or event), lifecycle (stage and since when), churn (return
// rates of twelve month ends by stage and ratio, open complaints, adjustments) and satisfaction (decayed answers,
// last NPS answer) of every customer, one customer's state in registers; then, timed apart, what needs
// everybody (scores, tiers). Reading and sorting the JSON Lines is not timed.
#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

struct Fact {
    int64_t time;
    uint64_t position, key, reference;
    int64_t amount, extra;
    uint32_t customer;
    int32_t day;
    uint32_t code;
    uint8_t kind, flags;
    uint16_t detail;
};
static_assert(sizeof(Fact) == 64);
enum Kind : uint8_t { other, purchase, refund, contact, complaint, survey };

struct Row {
    int64_t revenue, refunded;
    double score, weight, weightSquared, adjustment;
    uint64_t openComplaint;
    int32_t first, last, since, lastNps;
    uint32_t purchases, days, opened, open, answers, inbound, inboundBefore;
    uint8_t stage;
};

struct Cells { int64_t n[7][9], lost[7][9]; };

static constexpr int mu0 = 50, k = 2, horizon = 90;

static bool over(int64_t gap, int theta, int floor, int64_t i, int64_t span) {
    return gap >= floor && gap * (k + i - 1) >= theta * (k * int64_t(mu0) + span);
}

// prospect, first_time, repeat, loyal, dormant, churned, won_back
static uint8_t stageOf(int64_t n, int32_t first, int32_t before, int32_t last, int32_t today) {
    if (n == 0) return 0;
    if (over(today - last, 4, 60, n, last - first)) return 5;
    if (over(today - last, 2, 30, n, last - first)) return 4;
    if (n >= 2 && over(last - before, 4, 60, n - 1, before - first)) return 6;
    return n == 1 ? 1 : n < 4 ? 2 : 3;
}

static int ratioBand(int64_t n, int32_t first, int32_t last, int32_t today) {
    const double ratio = double(today - last) * double(k + n - 1) / (k * double(mu0) + double(last - first));
    static constexpr double ends[] = {.5, 1, 1.5, 2, 3, 4, 6, 8};
    int band = 0;
    while (band < 8 && ratio >= ends[band]) band++;
    return band;
}

struct Scratch {
    struct Bought { uint64_t key, event; int64_t total, back; int32_t day; bool counts; };
    std::vector<Bought> bought;
    std::vector<int32_t> days;
    std::vector<std::pair<uint64_t, bool>> complaints;
};

static void foldCustomer(const Fact *fact, const Fact *end, int32_t today, const int32_t *months, int monthCount,
                         const double *decay, Scratch &scratch, Cells &cells, Row &row) {
    auto &bought = scratch.bought;
    bought.clear();
    scratch.days.clear();
    scratch.complaints.clear();
    row = Row{};
    row.lastNps = -1;
    bool hasRefunds = false;
    for (; fact != end; fact++) {
        switch (fact->kind) {
        case purchase: {
            row.revenue += fact->amount;
            if (fact->key) {
                auto known = std::find_if(bought.begin(), bought.end(), [&](auto &b) { return b.key == fact->key; });
                if (known != bought.end()) { known->total += fact->amount; break; }
            }
            bought.push_back({fact->key, fact->reference, fact->amount, 0, fact->day, true});
            break;
        }
        case refund: {
            row.refunded += fact->amount;
            hasRefunds = true;
            for (auto &b : bought)
                if ((fact->reference && b.event == fact->reference) || (fact->key && b.key == fact->key)) {
                    b.back += fact->amount;
                    b.counts = b.back < b.total;
                    break;
                }
            break;
        }
        case contact:
            if (fact->flags & 2 && !(fact->flags & 4)) {
                row.inbound += fact->day > today - horizon;
                row.inboundBefore += fact->day <= today - horizon && fact->day > today - 2 * horizon;
            }
            break;
        case complaint: {
            auto known = std::find_if(scratch.complaints.begin(), scratch.complaints.end(),
                                      [&](auto &c) { return c.first == fact->key; });
            if (fact->detail == 1 && known == scratch.complaints.end()) {
                scratch.complaints.push_back({fact->key, true});
                row.opened++;
            } else if (known != scratch.complaints.end()) {
                if (fact->detail == 6 || fact->detail == 8) known->second = false;
                if (fact->detail == 7) known->second = true;
            }
            break;
        }
        case survey: {
            const double weight = decay[std::min(4095, std::max(0, today - fact->day))];
            const double low = fact->detail == 2 ? 0 : 1, high = fact->detail == 1 ? 5 : fact->detail == 2 ? 10 : 7;
            row.score += weight * (fact->amount / 1e6 - low) / (high - low) * 100;
            row.weight += weight;
            row.weightSquared += weight * weight;
            row.answers++;
            if (fact->detail == 2) row.lastNps = int32_t(fact->amount / 1000000);
            break;
        }
        default: break;
        }
    }
    auto &days = scratch.days;
    for (auto &b : bought) {
        if (hasRefunds && !b.counts) continue;
        row.purchases++;
        if (days.empty() || days.back() != b.day) days.push_back(b.day);
    }
    for (auto &c : scratch.complaints) row.open += c.second;
    row.days = uint32_t(days.size());
    if (!days.empty()) { row.first = days.front(); row.last = days.back(); }
    row.stage = stageOf(row.days, row.first, row.days > 1 ? days[row.days - 2] : row.first, row.last, today);
    row.since = row.last;
    size_t until = 0;
    for (int month = 0; month < monthCount; month++) {
        while (until < days.size() && days[until] <= months[month]) until++;
        if (until == 0) continue;
        const auto stage = stageOf(int64_t(until), days[0], until > 1 ? days[until - 2] : days[0], days[until - 1], months[month]);
        const int band = ratioBand(int64_t(until), days[0], days[until - 1], months[month]);
        cells.n[stage][band]++;
        cells.lost[stage][band] += until == days.size() || days[until] > months[month] + horizon;
    }
    if (row.open) row.adjustment += .5;
    if (row.lastNps >= 0) row.adjustment += row.lastNps <= 6 ? .4 : row.lastNps >= 9 ? -.3 : 0;
}

static std::vector<Fact> read(const char *path) {
    simdjson::padded_string text;
    if (simdjson::padded_string::load(path).get(text)) { std::perror(path); std::exit(66); }
    std::unordered_map<std::string, uint32_t> customers;
    std::vector<Fact> facts;
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document_stream stream;
    if (parser.iterate_many(text, 1 << 20).get(stream)) std::exit(65);
    for (auto each = stream.begin(); each != stream.end(); ++each) {
        auto document = *each;
        Fact fact{};
        std::string_view subject, time, type, id, total, name;
        simdjson::ondemand::object data;
        double score = 0;
        if (!document["data"].get_object().get(data)) {
            if (!data["complaint"].get_string().get(name)) fact.key = std::hash<std::string_view>{}(name);
            if (!data["direction"].get_string().get(name) && name == "in") fact.flags = 2;
            if (!data["score"].get_double().get(score)) fact.amount = int64_t(score * 1e6);
            if (!data["scale"].get_string().get(name)) fact.detail = name == "csat5" ? 1 : name == "nps" ? 2 : 3;
            if (!data["total"].get_string().get(total) || !data["amount"].get_string().get(total)) {
                const std::string digits(total);
                fact.amount = int64_t(std::llround(std::strtod(digits.c_str(), nullptr) * 100));
            }
            if (!data["order"].get_string().get(name)) fact.key = std::hash<std::string_view>{}(name);
        }
        if (document["id"].get(id) || document["subject"].get(subject) || document["time"].get(time)
            || document["type"].get(type)) std::exit(65);
        fact.reference = std::hash<std::string_view>{}(id);
        fact.customer = customers.try_emplace(std::string(subject), uint32_t(customers.size())).first->second;
        int y, mo, d, h, mi, s;
        if (std::sscanf(std::string(time).c_str(), "%d-%d-%dT%d:%d:%d", &y, &mo, &d, &h, &mi, &s) != 6) std::exit(65);
        y -= mo <= 2;
        const int64_t era = y / 400, yearOfEra = y - era * 400;
        const int64_t dayOfYear = (153 * (mo + (mo > 2 ? -3 : 9)) + 2) / 5 + d - 1;
        fact.day = int32_t(era * 146097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468);
        fact.time = (int64_t(fact.day) * 86400 + h * 3600 + mi * 60 + s) * 1000000;
        fact.position = facts.size();
        fact.kind = type == "purchase.completed" ? purchase : type == "purchase.returned" ? refund
            : type == "contact.logged" ? contact : type == "survey.answered" ? survey : complaint;
        if (fact.kind == complaint) fact.detail = type == "complaint.opened" ? 1 : type == "complaint.resolved" ? 6
            : type == "complaint.reopened" ? 7 : type == "complaint.closed" ? 8 : 2;
        facts.push_back(fact);
    }
    std::sort(facts.begin(), facts.end(), [](auto &a, auto &b) {
        return std::tie(a.customer, a.time, a.position) < std::tie(b.customer, b.time, b.position);
    });
    return facts;
}

int main(int count, char **arguments) {
    if (count != 3) { std::fprintf(stderr, "usage: fold_ceiling LINES ROUNDS\n"); return 64; }
    const auto facts = read(arguments[1]);
    std::vector<size_t> starts;
    for (size_t i = 0; i < facts.size(); i++)
        if (i == 0 || facts[i].customer != facts[i - 1].customer) starts.push_back(i);
    starts.push_back(facts.size());
    int32_t today = 0;
    for (auto &fact : facts) today = std::max(today, fact.day);
    std::vector<int32_t> months;
    for (int month = 12; month >= 1; month--) months.push_back(today - horizon - 30 * (month - 1));
    std::vector<double> decay(4096);
    for (int age = 0; age < 4096; age++) decay[size_t(age)] = std::exp2(-age / 180.0);
    const size_t customers = starts.size() - 1;
    std::vector<Row> rows(customers);
    auto fold = [&](size_t workers) {
        std::vector<Cells> cells(workers);
        std::vector<std::thread> threads;
        for (size_t worker = 0; worker < workers; worker++)
            threads.emplace_back([&, worker] {
                Scratch scratch;
                for (size_t c = customers * worker / workers; c < customers * (worker + 1) / workers; c++)
                    foldCustomer(&facts[starts[c]], facts.data() + starts[c + 1], today, months.data(),
                                 int(months.size()), decay.data(), scratch, cells[worker], rows[c]);
            });
        for (auto &thread : threads) thread.join();
    };
    auto populate = [&] {
        std::vector<int64_t> values;
        for (int measure = 0; measure < 3; measure++) {
            values.clear();
            for (auto &row : rows)
                if (row.days) values.push_back(measure == 0 ? -row.last : measure == 1 ? row.days : row.revenue - row.refunded);
            std::sort(values.begin(), values.end());
        }
        int64_t total = 0;
        for (auto value : values) total += std::max<int64_t>(0, value);
        return total;
    };
    auto seconds = [](auto &&work) {
        const auto began = std::chrono::steady_clock::now();
        work();
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    };
    std::vector<double> one, two, population;
    volatile int64_t sink = 0;
    for (int round = 0; round < std::atoi(arguments[2]); round++) {
        one.push_back(seconds([&] { fold(1); }));
        two.push_back(seconds([&] { fold(2); }));
        population.push_back(seconds([&] { sink = populate(); }));
    }
    auto median = [](std::vector<double> v) { std::sort(v.begin(), v.end()); return v[v.size() / 2]; };
    std::printf("{\"facts\": %zu, \"customers\": %zu, \"one\": %.6f, \"two\": %.6f, \"population\": %.6f}\n",
                facts.size(), customers, median(one), median(two), median(population));
}
