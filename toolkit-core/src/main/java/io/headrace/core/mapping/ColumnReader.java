package io.headrace.core.mapping;

import io.headrace.core.error.DatabaseException;
import io.headrace.core.error.MappingException;
import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Row;
import org.jspecify.annotations.Nullable;

/** Reads one column of a result as one Java type, for a component or a scalar. */
final class ColumnReader {

    private final int index;
    private final String column;
    private final String description;
    private final ValueType target;
    private final ColumnSource source;
    private final Conversion conversion;

    /** Read by the driver as it is: the common case, which needs no further call. */
    private final @Nullable Class<?> plain;

    private ColumnReader(
            int index, ColumnMetadata column, ValueType target, String owner, ValueMapping.Reading reading) {
        this.index = index;
        this.column = column.getName();
        this.description = cannotBeRead(column, target, owner);
        this.target = target;
        this.source = reading.source();
        this.conversion = reading.conversion();
        this.plain =
                source instanceof ColumnSource.OfDriver driver && conversion == Conversion.NONE ? driver.type() : null;
    }

    /**
     * The reader of a column.
     *
     * @param owner what the value is for, as messages say it; may be empty
     */
    static ColumnReader of(
            ValueMapping mapping, int index, ColumnMetadata column, ValueType target, boolean asJson, String owner) {
        ValueMapping.Reading reading = mapping.reading(column, target, asJson);
        if (reading == null) {
            throw new MappingException(
                    cannotBeRead(column, target, owner) + "; cast it in the statement or change the type");
        }
        return new ColumnReader(index, column, target, owner, reading);
    }

    /** The reader of a column as what the driver makes of it by itself, JSON as its text. */
    static ColumnReader ofDefaultType(ValueMapping mapping, int index, ColumnMetadata column) {
        ColumnReader asObject = of(mapping, index, column, ValueType.of(Object.class), false, "");
        return asObject.source.isJson() ? of(mapping, index, column, ValueType.of(String.class), false, "") : asObject;
    }

    /** The value, null for NULL; a clear error where it is of another type or does not fit. */
    @Nullable
    Object read(Row row) {
        try {
            if (plain != null) {
                return row.get(index, plain);
            }
            Object value = source.read(row, index);
            return value == null ? null : conversion.convert(value);
        } catch (ConversionException refused) {
            throw new MappingException(description + ": " + refused.getMessage(), cause(refused));
        } catch (R2dbcException | DatabaseException error) {
            throw error;
        } catch (RuntimeException error) {
            throw new MappingException(
                    description + "; cast it in the statement or change the type", withoutValue(error));
        }
    }

    /** The column's name. */
    String column() {
        return column;
    }

    ValueType target() {
        return target;
    }

    private static String cannotBeRead(ColumnMetadata column, ValueType target, String owner) {
        return "column '" + column.getName() + "' of type " + column.getType().getName() + " cannot be read as "
                + target.display() + (owner.isEmpty() ? "" : " for component " + owner);
    }

    private static Throwable cause(ConversionException refused) {
        return refused.getCause() == null ? refused : refused.getCause();
    }

    /** What parsers say of a text repeats the text. */
    private static Throwable withoutValue(RuntimeException error) {
        return error instanceof NumberFormatException || error instanceof java.time.DateTimeException
                ? new ConversionException(error.getClass().getSimpleName() + " of the driver")
                : error;
    }
}
