package io.headrace.core;

import io.headrace.core.error.ParameterException;
import io.headrace.core.sql.NamedSql;
import io.headrace.core.sql.SqlExcerpt;
import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The values bound so far; immutable. Its messages show names and places, never values. */
final class Bindings {

    private static final Bindings NONE = new Bindings(Map.of());

    private final Map<String, Parameter> values;

    private Bindings(Map<String, Parameter> values) {
        this.values = values;
    }

    static Bindings none() {
        return NONE;
    }

    Bindings with(RenderedSql sql, String name, @Nullable Object value, Class<?> type) {
        if (!sql.names().contains(name)) {
            throw new ParameterException("the statement has no parameter :" + name + "; it has " + sql.names() + " in: "
                    + SqlExcerpt.of(sql.named().source()));
        }
        if (values.containsKey(name)) {
            throw new ParameterException("parameter :" + name + " is bound twice in: "
                    + SqlExcerpt.of(sql.named().source()));
        }
        Map<String, Parameter> more = new LinkedHashMap<>(values);
        more.put(name, parameter(value, type));
        return new Bindings(more);
    }

    void apply(RenderedSql sql, Statement statement) {
        List<String> names = sql.names();
        for (int i = 0; i < names.size(); i++) {
            Parameter value = values.get(names.get(i));
            if (value == null) {
                throw unbound(sql.named(), names.get(i));
            }
            statement.bind(i, value);
        }
    }

    void check(RenderedSql sql) {
        for (String name : sql.names()) {
            if (!values.containsKey(name)) {
                throw unbound(sql.named(), name);
            }
        }
    }

    private static ParameterException unbound(NamedSql named, String name) {
        int position = named.positions().get(named.occurrences().indexOf(name));
        return new ParameterException("parameter :" + name + " at position " + (position + 1) + " is not bound in: "
                + SqlExcerpt.around(named.source(), position));
    }

    private static Parameter parameter(@Nullable Object value, Class<?> type) {
        Object plain = value instanceof Optional<?> optional ? optional.orElse(null) : value;
        if (plain instanceof Enum<?> constant) {
            plain = constant.name();
        }
        return plain == null ? Parameters.in(type.isEnum() ? String.class : type) : Parameters.in(plain);
    }
}
