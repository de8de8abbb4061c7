// The ceiling of durable appends: lines of a file into plain LMDB, a given number a commit.
#include <lmdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static void check(int code) {
    if (code) { fprintf(stderr, "lmdb: %s\n", mdb_strerror(code)); exit(74); }
}

int main(int count, char **arguments) {
    if (count != 5) { fprintf(stderr, "usage: append_ceiling LINES FOLDER LINES_A_COMMIT COMMITS\n"); return 64; }
    FILE *file = fopen(arguments[1], "r");
    if (!file) { perror(arguments[1]); return 66; }
    long batch = atol(arguments[3]), commits = atol(arguments[4]);
    mkdir(arguments[2], 0700);
    MDB_env *environment;
    check(mdb_env_create(&environment));
    check(mdb_env_set_mapsize(environment, (size_t)1 << 38));
    check(mdb_env_open(environment, arguments[2], 0, 0600));
    char *line = NULL;
    size_t room = 0;
    uint64_t position = 0;
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    for (long commit = 0; commit < commits; commit++) {
        MDB_txn *transaction;
        MDB_dbi database;
        check(mdb_txn_begin(environment, NULL, 0, &transaction));
        check(mdb_dbi_open(transaction, NULL, 0, &database));
        for (long n = 0; n < batch; n++) {
            ssize_t length = getline(&line, &room, file);
            if (length < 0) { rewind(file); length = getline(&line, &room, file); }
            uint64_t big = __builtin_bswap64(position++);
            MDB_val key = {8, &big}, value = {(size_t)length, line};
            check(mdb_put(transaction, database, &key, &value, MDB_APPEND));
        }
        check(mdb_txn_commit(transaction));
    }
    clock_gettime(CLOCK_MONOTONIC, &b);
    printf("%.6f\n", (b.tv_sec - a.tv_sec) + (b.tv_nsec - a.tv_nsec) / 1e9);
    mdb_env_close(environment);
    return 0;
}
