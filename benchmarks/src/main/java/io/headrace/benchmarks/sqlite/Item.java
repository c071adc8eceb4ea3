package io.headrace.benchmarks.sqlite;

import java.util.stream.LongStream;

/** The row that all contenders write and read. */
record Item(long id, String name, double price, int stock) {

    /** The key is an INTEGER to SQLite, whose rows are found by that alone, and a BIGINT to H2, which reads it as Long. */
    static final String SQLITE_TABLE = table("INTEGER");

    static final String H2_TABLE = table("BIGINT");
    static final String INSERT = "INSERT INTO items VALUES (?, ?, ?, ?)";
    static final String SELECT = "SELECT id, name, price, stock FROM items";
    static final String LOOKUP = SELECT + " WHERE id = ?";

    private static String table(String keyType) {
        return "CREATE TABLE items (id " + keyType + " PRIMARY KEY, name VARCHAR(40) NOT NULL,"
                + " price DOUBLE PRECISION NOT NULL, stock INT NOT NULL)";
    }

    static Item number(int n) {
        return new Item(n, "the item with no " + (10_000_000 + n), n % 1_000 + 0.5, n % 100);
    }

    /** By this a contender shows that it has read every column. */
    long figure() {
        return id + name.length() + (long) price + stock;
    }

    static long figureOf(long rows) {
        return LongStream.rangeClosed(1, rows)
                .map(n -> number((int) n).figure())
                .sum();
    }

    Object[] values() {
        return new Object[] {id, name, price, stock};
    }
}
