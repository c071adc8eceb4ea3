package io.headrace.core;

import io.headrace.core.dialect.Dialect;
import io.headrace.core.sql.NamedSql;
import java.util.List;

/** A text with the markers of its database, ready for the driver. */
record RenderedSql(NamedSql named, String text, List<String> names) {

    static RenderedSql of(String source, Dialect dialect) {
        NamedSql named = NamedSql.parse(source);
        return new RenderedSql(named, named.render(dialect::marker), List.copyOf(named.names()));
    }
}
