package io.headrace.sqlite;

/** Names in the text of a statement. */
final class Identifiers {

    private Identifiers() {}

    static String quote(String name) {
        if (name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a name must not hold a NUL");
        }
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
