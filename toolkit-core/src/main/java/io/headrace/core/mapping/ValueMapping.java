package io.headrace.core.mapping;

import io.headrace.core.json.JsonCodec;
import io.r2dbc.spi.ColumnMetadata;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Decides, once per plan, how a column becomes a Java type.
 *
 * @param json how JSON is read
 * @param converters the program's own types
 */
record ValueMapping(JsonCodec json, Converters converters) {

    /** A source and what makes the wanted type of what it gives. */
    record Reading(ColumnSource source, Conversion conversion) {
        Reading then(Conversion next) {
            return new Reading(source, conversion.then(next));
        }
    }

    /**
     * How this column is read as this type; null where it cannot.
     *
     * @param asJson whether the column is JSON whatever its type says
     */
    @Nullable
    Reading reading(ColumnMetadata column, ValueType target, boolean asJson) {
        Converter<Object, Object> converter = converters.find(target.boxed());
        if (converter != null) {
            Reading inner = reading(column, ValueType.of(converter.columnType()), asJson);
            return inner == null ? null : inner.then(reading(converter));
        }
        boolean postgresql = PostgresqlColumns.owns(column);
        ColumnSource source = postgresql ? PostgresqlColumns.source(column, target) : source(column, target, asJson);
        if (source == null) {
            return new Reading(ColumnSource.ofDriver(target.boxed()), Conversion.NONE);
        }
        if (asJson || source.isJson()) {
            return json(source, target);
        }
        Conversion conversion = conversion(source.type(), target);
        if (conversion != null) {
            return new Reading(source, conversion);
        }
        return postgresql && Conversions.owns(target.boxed())
                ? null
                : new Reading(ColumnSource.ofDriver(target.boxed()), Conversion.NONE);
    }

    private static ColumnSource source(ColumnMetadata column, ValueType target, boolean asJson) {
        if (asJson) {
            return new ColumnSource.JsonText();
        }
        if (column.getType().getName().toUpperCase(Locale.ROOT).equals("JSON")) {
            return new ColumnSource.JsonText();
        }
        if (target.dimensions() > 0) {
            return ColumnSource.ofDriver(Object[].class);
        }
        Class<?> driverType = column.getJavaType();
        if (SqliteColumns.readsAsAsked(column, target.boxed())) {
            return ColumnSource.ofDriver(target.boxed());
        }
        return target.raw().isEnum() && (driverType == null || driverType == Object.class)
                ? ColumnSource.ofDriver(String.class)
                : ColumnSource.ofDriver(driverType == null ? Object.class : ValueType.boxed(driverType));
    }

    private @Nullable Reading json(ColumnSource source, ValueType target) {
        if (source.type() != String.class) {
            return null;
        }
        if (target.raw() == String.class || target.raw() == CharSequence.class) {
            return new Reading(source, Conversion.NONE);
        }
        return new Reading(source, text -> {
            Object value;
            try {
                value = json.read((String) text, target.generic());
            } catch (IllegalArgumentException | IllegalStateException error) {
                throw new ConversionException("its JSON is refused by the codec", error);
            }
            if (!target.boxed().isInstance(value)) {
                throw new ConversionException("the codec made something else of its JSON");
            }
            return value;
        });
    }

    private @Nullable Conversion conversion(Class<?> from, ValueType target) {
        if (from == Object.class && target.raw() != Object.class) {
            return byValue(target);
        }
        Converter<Object, Object> converter = converters.find(target.boxed());
        if (converter != null) {
            Conversion inner = conversion(from, ValueType.of(converter.columnType()));
            return inner == null ? null : inner.then(reading(converter));
        }
        ValueType element = target.element();
        if (element == null || target.dimensions() == 0) {
            return Conversions.between(from, target.boxed());
        }
        if (!from.isArray() || from.getComponentType().isPrimitive()) {
            return null;
        }
        Conversion ofElement = conversion(from.getComponentType(), element);
        if (ofElement == null) {
            return null;
        }
        return target.isCollection()
                ? ArrayConversions.toCollection(target, element, ofElement)
                : ArrayConversions.toArray(target, element, ofElement);
    }

    /** For drivers that tell a column's Java type only by its values. */
    private Conversion byValue(ValueType target) {
        return value -> {
            Conversion conversion = value.getClass() == Object.class ? null : conversion(value.getClass(), target);
            if (conversion == null) {
                throw new ConversionException(
                        "the driver gives a " + value.getClass().getSimpleName());
            }
            return conversion.convert(value);
        };
    }

    private static Conversion reading(Converter<Object, Object> converter) {
        return value -> {
            try {
                return converter.read(value);
            } catch (IllegalArgumentException | IllegalStateException | ArithmeticException error) {
                throw new ConversionException("its converter refused it", error);
            }
        };
    }
}
