package io.headrace.core.bulk;

import io.headrace.core.connection.Session;
import io.headrace.core.dialect.Dialects;
import io.headrace.core.error.UnsupportedFeatureException;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import java.nio.charset.StandardCharsets;
import reactor.core.publisher.Mono;

/**
 * Rows encoded as one COPY. The binary format is that of PostgreSQL's documentation of COPY, "Binary Format": signature,
 * flags, extension length; per row a field count and per field a length and the type's own binary form; a trailer of -1.
 * The text format is a line per row.
 */
final class CopyChunk<T extends Record> {

    private static final byte[] SIGNATURE = "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int TRAILER = -1;

    private final BulkPlan<T> plan;
    private final boolean binary;
    private final RowBuffer data;
    private final StringBuilder scratch = new StringBuilder();
    private final long rowsBefore;
    private int rows;

    CopyChunk(BulkPlan<T> plan, boolean binary, RowBuffer data, long rowsBefore) {
        this.plan = plan;
        this.binary = binary;
        this.data = data;
        this.rowsBefore = rowsBefore;
        data.truncate(0);
        if (binary) {
            data.putBytes(SIGNATURE).putInt(0).putInt(0);
        }
    }

    void add(T row) {
        long rowNumber = rowsBefore + rows + 1;
        if (binary) {
            plan.binary(row, rowNumber, data);
        } else {
            plan.text(row, rowNumber, data, scratch);
        }
        rows++;
    }

    boolean isFull(ChunkLimits limits) {
        return rows >= limits.rows() || data.length() >= limits.bytes();
    }

    int rows() {
        return rows;
    }

    long bytes() {
        return data.length();
    }

    RowBuffer data() {
        return data;
    }

    /** Sends the chunk once, into a table that is named in SQL; emits the number of rows that the server counted. */
    Mono<Long> send(Session session, String into) {
        return session.<Long>run(connection -> {
                    if (binary) {
                        data.putShort(TRAILER);
                    }
                    return unwrap(connection)
                            .copyIn(plan.copyStatement(into, binary))
                            .from(data.toByteBuf())
                            .build();
                })
                .single();
    }

    private static PostgresqlConnection unwrap(Connection connection) {
        PostgresqlConnection postgresql = Dialects.driverConnection(connection, PostgresqlConnection.class);
        if (postgresql == null) {
            throw new UnsupportedFeatureException("bulk insert needs r2dbc-postgresql's own connection; "
                    + connection.getClass().getName() + " does not unwrap to it");
        }
        return postgresql;
    }
}
