package io.headrace.core;

import io.headrace.core.error.ParameterException;
import io.headrace.core.mapping.ParameterValues;
import io.headrace.core.mapping.RecordShape;
import io.headrace.core.sql.NamedSql;
import io.headrace.core.sql.SqlExcerpt;
import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.Statement;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The values bound so far; immutable. Its messages show names and places, never values. */
final class Bindings {

    private final ParameterValues parameters;

    /** By the parameter's number: a {@code Parameter}, a list of them where a list is written out, null if unbound. */
    private final @Nullable Object[] values;

    /** How many markers each list has at its {@code IN}, or {@link BoundList#AS_JSON}. */
    private final Map<String, Integer> listMarkers;

    private Bindings(ParameterValues parameters, @Nullable Object[] values, Map<String, Integer> listMarkers) {
        this.parameters = parameters;
        this.values = values;
        this.listMarkers = listMarkers;
    }

    static Bindings none(ParameterValues parameters) {
        return new Bindings(parameters, new Object[0], Map.of());
    }

    Bindings with(RenderedSql sql, String name, @Nullable Object value, Class<?> type) {
        int index = free(sql, name);
        return value != null && isListAt(sql, name, value)
                ? withList(sql, index, value, type)
                : plus(sql, index, parameters.parameter(name, value, type));
    }

    /** The same for a component of a record. */
    Bindings withComponent(RenderedSql sql, String name, RecordShape.Component component, @Nullable Object value) {
        int index = free(sql, name);
        return value != null && isListAt(sql, name, value)
                ? withList(sql, index, value, component.type())
                : plus(sql, index, parameters.parameter(name, value, component));
    }

    private int free(RenderedSql sql, String name) {
        int index = sql.names().indexOf(name);
        if (index < 0) {
            throw new ParameterException("the statement has no parameter :" + name + "; it has " + sql.names() + " in: "
                    + SqlExcerpt.of(sql.named().source()));
        }
        if (isBound(index)) {
            throw new ParameterException("parameter :" + name + " is bound twice, at position "
                    + (position(sql.named(), name) + 1) + " in: " + excerpt(sql.named(), name));
        }
        return index;
    }

    private static boolean isListAt(RenderedSql sql, String name, Object value) {
        return sql.takesList(name) && BoundList.isList(value);
    }

    /** Fails where a parameter is not bound. */
    void check(RenderedSql sql) {
        for (int i = 0; i < sql.names().size(); i++) {
            check(sql, i);
        }
    }

    /** Fails unless this parameter is there and is the only one that is not bound. */
    void requireOnlyOpen(RenderedSql sql, String name) {
        int open = free(sql, name);
        for (int i = 0; i < sql.names().size(); i++) {
            if (i != open) {
                check(sql, i);
            }
        }
    }

    private void check(RenderedSql sql, int parameter) {
        if (!isBound(parameter)) {
            String name = sql.names().get(parameter);
            throw new ParameterException("parameter :" + name + " at position " + (position(sql.named(), name) + 1)
                    + " is not bound in: " + excerpt(sql.named(), name));
        }
    }

    SqlVariant variant(RenderedSql sql) {
        return sql.variant(listMarkers);
    }

    void apply(SqlVariant variant, Statement statement) {
        List<SqlVariant.Marker> markers = variant.markers();
        for (int i = 0; i < markers.size(); i++) {
            SqlVariant.Marker marker = markers.get(i);
            Object bound = values[marker.parameter()];
            if (bound instanceof List<?> list) {
                // A list that is written out is padded with its last value.
                bound = list.get(Math.min(marker.element(), list.size() - 1));
            }
            statement.bind(i, Objects.requireNonNull(bound));
        }
    }

    /** What is bound here, bound to another text as far as that names it. */
    Bindings movedTo(RenderedSql from, RenderedSql to) {
        @Nullable Object[] moved = new Object[to.names().size()];
        for (int i = 0; i < moved.length; i++) {
            int known = from.names().indexOf(to.names().get(i));
            moved[i] = known >= 0 && isBound(known) ? values[known] : null;
        }
        return new Bindings(parameters, moved, listMarkers);
    }

    private boolean isBound(int parameter) {
        return parameter < values.length && values[parameter] != null;
    }

    private Bindings withList(RenderedSql sql, int parameter, Object list, Class<?> type) {
        String name = sql.names().get(parameter);
        NamedSql named = sql.named();
        if (sql.dialect().matchesArrays()) {
            return plus(sql, parameter, parameters.parameter(name, list, type))
                    .withMarkers(name, BoundList.isEmpty(list) ? 0 : 1);
        }
        OptionalInt elsewhere = sql.positionWithoutList(name);
        if (elsewhere.isPresent()) {
            throw new ParameterException("the list for :" + name + " may only stand in IN (:" + name + ") on "
                    + sql.dialect().name() + ", not at position " + (elsewhere.getAsInt() + 1) + " in: "
                    + SqlExcerpt.around(named.source(), elsewhere.getAsInt()));
        }
        List<Parameter> elements = BoundList.elements(list).stream()
                .map(element -> parameters.parameter(name, element, Object.class))
                .toList();
        String json = sql.dialect().elementsOfJson("").isPresent() ? JsonList.of(elements) : null;
        if (json != null) {
            return plus(sql, parameter, Parameters.in(json)).withMarkers(name, BoundList.AS_JSON);
        }
        int markers = BoundList.markers(elements.size());
        int limit = sql.dialect().mostParameters();
        if (markers > limit) {
            throw new ParameterException("the list for :" + name + " has " + elements.size() + " values, more than the "
                    + limit + " parameters that " + sql.dialect().name() + " takes; send it in parts: "
                    + excerpt(named, name));
        }
        return plus(sql, parameter, elements).withMarkers(name, markers);
    }

    private Bindings plus(RenderedSql sql, int parameter, Object bound) {
        @Nullable Object[] more = Arrays.copyOf(values, sql.names().size());
        more[parameter] = bound;
        return new Bindings(parameters, more, listMarkers);
    }

    private Bindings withMarkers(String name, int markers) {
        Map<String, Integer> more = new HashMap<>(listMarkers);
        more.put(name, markers);
        return new Bindings(parameters, values, Map.copyOf(more));
    }

    private static String excerpt(NamedSql named, String name) {
        return SqlExcerpt.around(named.source(), position(named, name));
    }

    private static int position(NamedSql named, String name) {
        return named.positions().get(named.occurrences().indexOf(name));
    }
}
