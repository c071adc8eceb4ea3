package io.headrace.core.mapping;

import io.headrace.core.dialect.Dialect;
import io.headrace.core.error.ParameterException;
import io.headrace.core.json.Json;
import io.headrace.core.json.JsonCodec;
import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Parameters;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes of Java values the parameters that a driver takes; the way back of what {@link RowMappers} read. Immutable and
 * thread-safe; no I/O. Errors name the parameter and the type, never the value.
 *
 * <p>Enums go by name, {@code Optional}s by content, collections as arrays where the database has them; maps, records,
 * collections of those and {@link Json} as JSON. An R2DBC {@link Parameter} is passed on as it is, which is the way for
 * types that only the driver knows.
 */
public final class ParameterValues {

    /** Drivers take these as they are. */
    private static final Set<Class<?>> PLAIN = Set.of(
            String.class,
            Long.class,
            Integer.class,
            Short.class,
            Boolean.class,
            Double.class,
            Float.class,
            BigDecimal.class,
            UUID.class,
            LocalDate.class,
            LocalTime.class,
            LocalDateTime.class,
            OffsetTime.class,
            OffsetDateTime.class,
            byte[].class);

    /** Interfaces and classes with hidden implementations that drivers take as they are. */
    private static final Set<Class<?>> PLAIN_FAMILIES =
            Set.of(ByteBuffer.class, Blob.class, Clob.class, InetAddress.class);

    private static final Map<Class<?>, Simplified> SIMPLIFIED = Map.ofEntries(
            Map.entry(Byte.class, new Simplified(Short.class, value -> ((Byte) value).shortValue())),
            Map.entry(Character.class, new Simplified(String.class, Object::toString)),
            Map.entry(BigInteger.class, new Simplified(BigDecimal.class, value -> new BigDecimal((BigInteger) value))),
            Map.entry(Year.class, new Simplified(Integer.class, value -> ((Year) value).getValue())),
            Map.entry(YearMonth.class, new Simplified(String.class, Object::toString)),
            Map.entry(ZoneId.class, new Simplified(String.class, Object::toString)),
            Map.entry(Instant.class, new Simplified(OffsetDateTime.class, value -> ((Instant) value)
                    .atOffset(ZoneOffset.UTC))),
            Map.entry(ZonedDateTime.class, new Simplified(OffsetDateTime.class, value -> ((ZonedDateTime) value)
                    .toOffsetDateTime())),
            Map.entry(CharSequence.class, new Simplified(String.class, Object::toString)));

    private record Simplified(Class<?> type, Conversion conversion) {}

    private final ParameterForms forms;
    private final JsonCodec json;
    private final Converters converters;

    private ParameterValues(ParameterForms forms, JsonCodec json, Converters converters) {
        this.forms = forms;
        this.json = json;
        this.converters = converters;
    }

    /** For the database of this dialect; JSON by this codec and the program's own types by these converters. */
    public static ParameterValues of(Dialect dialect, JsonCodec json, Converters converters) {
        return new ParameterValues(ParameterForms.of(dialect), json, converters);
    }

    /**
     * The parameter for a value.
     *
     * @param name the parameter's name, for errors
     * @param value what is bound; null binds NULL of the declared type
     * @param declared the declared type, with its arguments where it has some
     * @throws ParameterException where the type cannot be bound or a converter or the JSON codec refuses the value
     */
    public Parameter parameter(String name, @Nullable Object value, Type declared) {
        return parameter(name, value, ValueType.of(declared), false);
    }

    /** The same for the component of a record; null binds NULL of its type. */
    public Parameter parameter(String name, @Nullable Object value, RecordShape.Component component) {
        return parameter(name, value, ValueType.of(component.genericType()), component.json());
    }

    private Parameter parameter(String name, @Nullable Object value, ValueType declared, boolean asJson) {
        try {
            Object plain = value instanceof Optional<?> optional ? optional.orElse(null) : value;
            if (plain instanceof Parameter parameter) {
                return parameter;
            }
            if (plain == null) {
                return asJson ? forms.nullJson() : ofNull(declared);
            }
            return asJson && !(plain instanceof Json) ? forms.json(text(plain)) : ofValue(plain, declared);
        } catch (ConversionException refused) {
            throw new ParameterException(
                    "parameter :" + name + " of type " + typeName(value, declared) + " cannot be bound: "
                            + refused.getMessage(),
                    refused.getCause());
        }
    }

    private static String typeName(@Nullable Object value, ValueType declared) {
        return value == null ? declared.display() : value.getClass().getTypeName();
    }

    private String text(Object value) {
        try {
            return value instanceof String text ? text : json.write(value);
        } catch (IllegalArgumentException | IllegalStateException error) {
            throw new ConversionException("the JSON codec refused it", error);
        }
    }

    private Parameter ofValue(Object value, ValueType declared) {
        if (PLAIN.contains(value.getClass()) && converters.isEmpty()) {
            return Parameters.in(value);
        }
        Converter<Object, Object> converter = converter(value, declared);
        if (converter != null) {
            return ofValue(written(converter, value), ValueType.of(converter.columnType()));
        }
        if (value instanceof Json document) {
            return forms.json(jsonText(document));
        }
        if (value instanceof Map || value instanceof Record) {
            return forms.json(text(value));
        }
        if (value instanceof Collection || value.getClass().isArray() && !(value instanceof byte[])) {
            return ofElements(value, declared);
        }
        if (value instanceof Enum<?> constant) {
            return forms.ofEnum(constant.name());
        }
        if (value instanceof Duration duration) {
            return forms.interval(value, IntervalValue.of(duration));
        }
        if (value instanceof Period period) {
            return forms.interval(value, IntervalValue.of(period));
        }
        return Parameters.in(simple(value));
    }

    private String jsonText(Json document) {
        try {
            return document.text(json);
        } catch (IllegalArgumentException | IllegalStateException error) {
            throw new ConversionException("the JSON codec refused it", error);
        }
    }

    private Parameter ofElements(Object value, ValueType declared) {
        ArrayElements elements = ArrayElements.of(value, declared.element());
        boolean converted = converters.find(elements.type()) != null
                || elements.example().map(one -> converter(one, null)).isPresent();
        return elements.holdsDocuments() && !converted
                ? forms.json(text(value))
                : forms.array(elements.encoded(this::element, elementType(elements.type())));
    }

    /** One element of an array as drivers take it inside one. */
    private Object element(Object value) {
        Converter<Object, Object> converter = converter(value, null);
        if (converter != null) {
            return element(written(converter, value));
        }
        return value instanceof Enum || value instanceof Duration || value instanceof Period ? value : simple(value);
    }

    private @Nullable Converter<Object, Object> converter(Object value, @Nullable ValueType declared) {
        if (converters.isEmpty()) {
            return null;
        }
        Converter<Object, Object> exact =
                converters.find(value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass());
        return exact == null && declared != null && declared.raw().isInstance(value)
                ? converters.find(declared.raw())
                : exact;
    }

    private static Object written(Converter<Object, Object> converter, Object value) {
        try {
            return converter.write(value);
        } catch (IllegalArgumentException | IllegalStateException | ArithmeticException error) {
            throw new ConversionException("its converter refused it", error);
        }
    }

    private static Object simple(Object value) {
        Simplified simplified = simplified(value.getClass());
        if (simplified != null) {
            return simplified.conversion.convert(value);
        }
        if (isPlain(value.getClass())) {
            return value;
        }
        throw unsupported();
    }

    private static ConversionException unsupported() {
        return new ConversionException("the toolkit has no form for it. Bind a java.time, java.lang or java.math value,"
                + " register a Converter for it, wrap it in Json.of to bind it as JSON, or pass an R2DBC Parameter"
                + " where the driver knows the type");
    }

    private static @Nullable Simplified simplified(Class<?> type) {
        Simplified exact = SIMPLIFIED.get(type);
        if (exact != null || PLAIN.contains(type)) {
            return exact;
        }
        return SIMPLIFIED.entrySet().stream()
                .filter(entry -> entry.getKey().isAssignableFrom(type))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    private static boolean isPlain(Class<?> type) {
        return PLAIN.contains(type)
                || PLAIN_FAMILIES.stream().anyMatch(family -> family.isAssignableFrom(type))
                || type.getName().startsWith("io.r2dbc.");
    }

    private Parameter ofNull(ValueType declared) {
        Class<?> type = declared.boxed();
        Converter<Object, Object> converter = converters.find(type);
        if (converter != null) {
            return ofNull(ValueType.of(converter.columnType()));
        }
        if (type == Json.class || Map.class.isAssignableFrom(type) || Record.class.isAssignableFrom(type)) {
            return forms.nullJson();
        }
        if (declared.dimensions() > 0 || Collection.class.isAssignableFrom(type)) {
            return forms.nullArray(nullElement(declared));
        }
        return type.isEnum() || type == Object.class || type == Duration.class || type == Period.class
                ? forms.nullOf(type)
                : Parameters.in(nullType(type));
    }

    /** The innermost element as the driver has it; {@code Object} where that is not known. */
    private Class<?> nullElement(ValueType declared) {
        ValueType element = declared.element();
        while (element != null && element.dimensions() > 0) {
            element = element.element();
        }
        return elementType(element == null ? Object.class : element.boxed());
    }

    private Class<?> elementType(Class<?> type) {
        Converter<Object, Object> converter = converters.find(type);
        Class<?> column = converter == null ? type : converter.columnType();
        if (Map.class.isAssignableFrom(column) || Record.class.isAssignableFrom(column)) {
            return Json.class;
        }
        return column.isEnum() || column == Object.class || column == Duration.class || column == Period.class
                ? column
                : nullType(column);
    }

    private static Class<?> nullType(Class<?> type) {
        Simplified simplified = simplified(type);
        if (simplified != null) {
            return simplified.type;
        }
        if (isPlain(type)) {
            return type;
        }
        throw unsupported();
    }
}
