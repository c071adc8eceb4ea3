package io.headrace.sqlite;

import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Pragmas that answer with rows. */
final class Upkeep {

    private static final Object[] NO_VALUES = {};

    private Upkeep() {}

    static Mono<SqliteCheckpoint> checkpoint(SqliteSession session, SqliteCheckpoint.Mode mode) {
        return LaneCall.of(session, Lanes.Access.WRITE, (lease, signal) -> checkpoint(lease.lane(), mode));
    }

    static SqliteCheckpoint checkpoint(Lane lane, SqliteCheckpoint.Mode mode) {
        String sql = "PRAGMA wal_checkpoint(" + mode + ")";
        NativeStatement statement = lane.take(sql);
        try {
            boolean row = statement.start(NO_VALUES);
            return row
                    ? new SqliteCheckpoint(
                            statement.longAt(0) == 0, (int) statement.longAt(1), (int) statement.longAt(2))
                    : new SqliteCheckpoint(true, -1, -1);
        } finally {
            lane.giveBack(sql, statement);
        }
    }

    static Flux<String> integrityCheck(SqliteSession session) {
        return LaneCall.<List<String>>of(session, Lanes.Access.READ, (lease, signal) -> defects(lease.lane()))
                .flatMapIterable(defects -> defects);
    }

    private static List<String> defects(Lane lane) {
        String sql = "PRAGMA integrity_check";
        NativeStatement statement = lane.take(sql);
        try {
            List<String> defects = new ArrayList<>();
            boolean row = statement.start(NO_VALUES);
            while (row) {
                String line = statement.textAt(0);
                if (!"ok".equals(line)) {
                    defects.add(line);
                }
                row = statement.step();
            }
            return defects;
        } catch (NativeException error) {
            if (error.primaryCode() != NativeException.CORRUPT) {
                throw error;
            }
            return List.of(String.valueOf(error.getMessage()));
        } finally {
            lane.giveBack(sql, statement);
        }
    }
}
