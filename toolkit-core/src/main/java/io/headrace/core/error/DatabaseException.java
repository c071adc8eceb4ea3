package io.headrace.core.error;

/**
 * The root of all errors that toolkit-core itself raises. Errors of the driver are not wrapped in it: an
 * {@link io.r2dbc.spi.R2dbcException} reaches the subscriber as the driver made it; ask {@link SqlErrors#kindOf} what
 * it means.
 */
public abstract sealed class DatabaseException extends RuntimeException
        permits BatchException,
                BulkException,
                MappingException,
                OpenStreamException,
                ParameterException,
                RowCountException,
                ScanException,
                StatementQueueFullException,
                TooManyWaitingException,
                TransactionRequiredException,
                UnsupportedFeatureException {

    private static final long serialVersionUID = 1L;

    DatabaseException(String message) {
        super(message);
    }

    DatabaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
