package io.headrace.sqlite;

/** The values of a row as SQLite stores them. The accessor must be the one of the value's storage class. */
interface ColumnValues {

    int INTEGER = 1;
    int REAL = 2;
    int TEXT = 3;
    int BLOB = 4;
    int NULL = 5;

    /** The storage class. */
    int typeAt(int column);

    long longAt(int column);

    double doubleAt(int column);

    String textAt(int column);

    byte[] bytesAt(int column);
}
