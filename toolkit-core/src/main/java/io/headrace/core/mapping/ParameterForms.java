package io.headrace.core.mapping;

import io.headrace.core.dialect.Dialect;
import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Parameters;
import java.time.Duration;
import java.time.Period;

/** The forms of parameters that differ from database to database; here as plain R2DBC has them. */
class ParameterForms {

    private final Dialect dialect;

    ParameterForms(Dialect dialect) {
        this.dialect = dialect;
    }

    static ParameterForms of(Dialect dialect) {
        return dialect.name().equals("PostgreSQL") ? new PostgresqlForms(dialect) : new ParameterForms(dialect);
    }

    Parameter json(String text) {
        return Parameters.in(text);
    }

    Parameter nullJson() {
        return Parameters.in(String.class);
    }

    Parameter ofEnum(String name) {
        return Parameters.in(name);
    }

    /** The value is given as it is and as PostgreSQL knows it. */
    Parameter interval(Object value, IntervalValue parts) {
        return Parameters.in(value);
    }

    Parameter array(ArrayElements elements) {
        refuseWithoutArrays();
        Class<?> type = elements.type();
        return Parameters.in(
                type.isEnum() || type == Object.class
                        ? elements.toTexts(value -> value instanceof Enum<?> constant ? constant.name() : value)
                        : elements.toArray());
    }

    Parameter nullArray(Class<?> element) {
        refuseWithoutArrays();
        return Parameters.in((element.isEnum() ? String.class : element).arrayType());
    }

    /** NULL of an enum, an interval or a type that nobody knows. */
    Parameter nullOf(Class<?> type) {
        return Parameters.in(type == Duration.class || type == Period.class ? type : String.class);
    }

    private void refuseWithoutArrays() {
        if (!dialect.hasArrays()) {
            throw new ConversionException(
                    dialect.name() + " has no arrays; use it in IN (:name), or wrap it in Json.of to bind it as JSON");
        }
    }
}
