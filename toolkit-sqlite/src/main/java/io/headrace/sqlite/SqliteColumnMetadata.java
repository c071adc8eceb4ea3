package io.headrace.sqlite;

import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.Nullability;
import org.jspecify.annotations.Nullable;

/** One column; its native metadata is the declared type as it was written, null for an expression. */
record SqliteColumnMetadata(String name, @Nullable String declared, SqliteType type) implements ColumnMetadata {

    @Override
    public SqliteType getType() {
        return type;
    }

    @Override
    public Class<?> getJavaType() {
        return type.getJavaType();
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public @Nullable Object getNativeTypeMetadata() {
        return declared;
    }

    @Override
    public Nullability getNullability() {
        return Nullability.UNKNOWN;
    }
}
