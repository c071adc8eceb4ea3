package io.headrace.core.bulk;

import io.headrace.core.dialect.Dialect;

/** A table's name, with its schema before a dot where it has one. */
record TableName(String name) {

    String quoted(Dialect dialect) {
        return dialect.quoteQualified(name);
    }

    @Override
    public String toString() {
        return name;
    }
}
