package io.headrace.core.mapping;

import org.jspecify.annotations.Nullable;

/** A value does not fit its type. The message says why without the value, and becomes part of one that says where. */
final class ConversionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ConversionException(String reason) {
        this(reason, null);
    }

    ConversionException(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }
}
