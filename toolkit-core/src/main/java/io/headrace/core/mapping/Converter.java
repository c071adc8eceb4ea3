package io.headrace.core.mapping;

/**
 * How a type of the program's own stands in a column: as a {@code C}, which is any type that can be read and bound by
 * itself. Register it with {@code DatabaseConfig.withConverter}. Called on event loops, from several threads, never with
 * null and must not block; what it throws becomes the cause of an error that names column and component or parameter.
 *
 * @param <T> the program's type
 * @param <C> the type in the column
 */
public interface Converter<T, C> {

    /** The type in the column, such as {@code String.class}. */
    Class<C> columnType();

    /** The column's value as the program's type; never null. */
    T read(C value);

    /** The program's value as the column's type; never null. */
    C write(T value);
}
