// The ceiling of an import: JSON Lines parsed on demand, customers interned, the line kept as it came beside a
// 64-byte record, durable every 10,000 lines. No validation, no canonical form, no hash, no duplicates.
#include <lmdb.h>
#include <simdjson.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <unordered_map>
#include <vector>

static void check(int code) {
    if (code) { std::fprintf(stderr, "lmdb: %s\n", mdb_strerror(code)); std::exit(74); }
}

int main(int count, char **arguments) {
    if (count != 3) { std::fprintf(stderr, "usage: import_ceiling LINES FOLDER\n"); return 64; }
    const auto began = std::chrono::steady_clock::now();
    simdjson::padded_string text;
    if (simdjson::padded_string::load(arguments[1]).get(text)) { std::perror(arguments[1]); return 66; }
    mkdir(arguments[2], 0700);
    MDB_env *environment;
    check(mdb_env_create(&environment));
    check(mdb_env_set_mapsize(environment, size_t(1) << 38));
    check(mdb_env_set_maxdbs(environment, 4));
    check(mdb_env_open(environment, arguments[2], 0, 0600));
    MDB_txn *transaction = nullptr;
    MDB_dbi lines, records;
    check(mdb_txn_begin(environment, nullptr, 0, &transaction));
    check(mdb_dbi_open(transaction, "lines", MDB_CREATE, &lines));
    check(mdb_dbi_open(transaction, "records", MDB_CREATE, &records));

    std::unordered_map<std::string, uint32_t> customers;
    struct Record { uint64_t words[8]; };
    std::vector<Record> packed;
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document_stream stream;
    if (parser.iterate_many(text, 1 << 20).get(stream)) return 65;
    uint64_t position = 0, chunk = 0;
    auto flush = [&] {
        if (packed.empty()) return;
        uint64_t big = __builtin_bswap64(chunk++);
        MDB_val key = {8, &big}, value = {packed.size() * sizeof(Record), packed.data()};
        check(mdb_put(transaction, records, &key, &value, MDB_APPEND));
        packed.clear();
    };
    for (auto each = stream.begin(); each != stream.end(); ++each) {
        std::string_view source = each.source();
        auto document = *each;
        std::string_view subject, time, type;
        if (document["subject"].get(subject) || document["time"].get(time) || document["type"].get(type)) return 65;
        uint32_t customer = customers.try_emplace(std::string(subject), uint32_t(customers.size())).first->second;
        packed.push_back({{position, customer, time.size(), type.size(), 0, 0, 0, 0}});
        if (packed.size() == 255) flush();
        uint64_t big = __builtin_bswap64(position++);
        MDB_val key = {8, &big}, value = {source.size(), const_cast<char *>(source.data())};
        check(mdb_put(transaction, lines, &key, &value, MDB_APPEND));
        if (position % 10000 == 0) {
            check(mdb_txn_commit(transaction));
            check(mdb_txn_begin(environment, nullptr, 0, &transaction));
        }
    }
    flush();
    check(mdb_txn_commit(transaction));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::printf("%.6f %llu %zu\n", took.count(), (unsigned long long)position, customers.size());
    mdb_env_close(environment);
}
