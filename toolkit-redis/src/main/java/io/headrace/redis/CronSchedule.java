package io.headrace.redis;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/** The only class that names types of cron-utils, which is optional. */
final class CronSchedule implements Schedule {

    private static final int FIELDS_WITH_SECONDS = 6;

    private final ExecutionTime times;
    private final ZoneId zone;

    private CronSchedule(ExecutionTime times, ZoneId zone) {
        this.times = times;
        this.zone = zone;
    }

    static CronSchedule of(String expression, ZoneId zone) {
        boolean seconds = expression.strip().split("\\s+").length == FIELDS_WITH_SECONDS;
        CronParser parser = new CronParser(
                CronDefinitionBuilder.instanceDefinitionFor(seconds ? CronType.SPRING53 : CronType.UNIX));
        try {
            return new CronSchedule(
                    ExecutionTime.forCron(parser.parse(expression).validate()), zone);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "The cron expression '" + expression + "' is not understood: " + e.getMessage()
                            + " Write five fields (minute, hour, day of month, month, day of week), or six with seconds"
                            + " in front.",
                    e);
        }
    }

    @Override
    public Optional<Instant> next(Instant after) {
        return times.nextExecution(after.atZone(zone)).map(ZonedDateTime::toInstant);
    }
}
