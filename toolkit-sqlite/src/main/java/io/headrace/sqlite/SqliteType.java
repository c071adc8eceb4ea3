package io.headrace.sqlite;

import io.r2dbc.spi.Type;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a column was declared as, as far as it decides what its values are read as where no class is asked for. SQLite
 * itself knows types of values only.
 */
public enum SqliteType implements Type {

    /** INTEGER, BIGINT, INT8 and the like: {@link Long}. */
    INTEGER(Long.class),
    /** INT, INT2, INT4, MEDIUMINT, SMALLINT, TINYINT: {@link Integer}, and {@link Long} for a value that does not fit. */
    INT(Integer.class),
    /** BOOLEAN, BOOL: {@link Boolean} for 0 and 1. */
    BOOLEAN(Boolean.class),
    /** REAL, DOUBLE, FLOAT: {@link Double}. */
    REAL(Double.class),
    /** TEXT, VARCHAR, CHAR, CLOB: {@link String}. */
    TEXT(String.class),
    /** BLOB: {@link ByteBuffer}. */
    BLOB(ByteBuffer.class),
    /** DECIMAL, NUMERIC, DATE and all else: by the value, {@link Long}, {@link Double}, {@link String} or {@link ByteBuffer}. */
    NUMERIC(Object.class),
    /** Not declared, as of an expression: by the value. */
    ANY(Object.class);

    private final Class<?> javaType;

    SqliteType(Class<?> javaType) {
        this.javaType = javaType;
    }

    @Override
    public Class<?> getJavaType() {
        return javaType;
    }

    @Override
    public String getName() {
        return name();
    }

    /** By the rules of affinity, which look for parts of the name (sqlite.org/datatype3.html, 3.1). */
    static SqliteType ofDeclared(@Nullable String declared) {
        if (declared == null || declared.isBlank()) {
            return ANY;
        }
        String type = declared.toUpperCase(Locale.ROOT).trim();
        int parenthesis = type.indexOf('(');
        String name = (parenthesis < 0 ? type : type.substring(0, parenthesis)).trim();
        return switch (name) {
            case "INT", "INT2", "INT4", "MEDIUMINT", "SMALLINT", "TINYINT" -> INT;
            case "BOOLEAN", "BOOL" -> BOOLEAN;
            case "ANY" -> ANY;
            default -> ofAffinity(type);
        };
    }

    private static SqliteType ofAffinity(String type) {
        if (type.contains("INT")) {
            return INTEGER;
        } else if (type.contains("CHAR") || type.contains("CLOB") || type.contains("TEXT")) {
            return TEXT;
        } else if (type.contains("BLOB")) {
            return BLOB;
        } else if (type.contains("REAL") || type.contains("FLOA") || type.contains("DOUB")) {
            return REAL;
        }
        return NUMERIC;
    }
}
