package io.headrace.benchmarks.rows;

/**
 * The text of an insert around its rows of values.
 *
 * @param head what stands before them
 * @param tail what stands behind them
 */
record InsertSql(String head, String tail) {

    static InsertSql insert(String table) {
        return new InsertSql("INSERT INTO " + table + " VALUES ", "");
    }

    static InsertSql upsert(String table) {
        return new InsertSql(
                "INSERT INTO " + table + " VALUES ",
                " ON CONFLICT (id) DO UPDATE SET taken_at = excluded.taken_at, value = excluded.value,"
                        + " station = excluded.station");
    }

    /** The text with these rows of values. */
    String with(String values) {
        return head + values + tail;
    }
}
