package io.headrace.sqlite;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * A copy of the database, made on a connection of its own. That connection holds a read transaction meanwhile: without it
 * the copy would begin again each time that somebody else writes.
 */
final class Backup {

    private static final Logger logger = LoggerFactory.getLogger(Backup.class);

    private Backup() {}

    static Flux<SqliteBackupProgress> of(DriverContext context, Path target) {
        return Flux.create(
                sink -> {
                    var opening = Lane.open(context.opening("b", true))
                            .subscribe(lane -> start(lane, target, sink), sink::error);
                    sink.onCancel(opening);
                },
                FluxSink.OverflowStrategy.LATEST);
    }

    private static void start(Lane lane, Path target, FluxSink<SqliteBackupProgress> sink) {
        if (!lane.offer(() -> copy(lane, target, sink))) {
            sink.error(SqliteErrors.closed(lane.name()));
        }
        lane.close();
    }

    private static void copy(Lane lane, Path target, FluxSink<SqliteBackupProgress> sink) {
        if (sink.isCancelled()) {
            return;
        }
        try {
            if (Files.exists(target)) {
                throw new R2dbcNonTransientResourceException(
                        "the backup would overwrite the file '" + target + "'; choose a name that is not taken");
            }
            NativeConnection connection = lane.connectionBeforeClose();
            int result = new BackupCopy(
                            connection,
                            sink::isCancelled,
                            (remaining, total) -> sink.next(new SqliteBackupProgress(total - remaining, total)))
                    .run(target);
            if (sink.isCancelled()) {
                delete(target);
                return;
            }
            if (result != 0) {
                throw new R2dbcNonTransientResourceException(
                        "the backup to '%s' ended with SQLite's error %d; check that its folder exists, is writable and has room"
                                .formatted(target, result),
                        SqliteErrors.RESOURCE,
                        result);
            }
            sink.complete();
        } catch (NativeException error) {
            delete(target);
            sink.error(SqliteErrors.translate(error, null));
        } catch (RuntimeException error) {
            sink.error(error);
        }
    }

    private static void delete(Path target) {
        try {
            boolean unused = Files.deleteIfExists(target);
        } catch (IOException error) {
            logger.warn("The unfinished backup '{}' cannot be deleted.", target, error);
        }
    }
}
