package io.headrace.core.observe;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.util.context.ContextView;

/** A listener that remembers everything, in order. */
public final class Recorder implements StatementListener {

    public final List<String> calls = new CopyOnWriteArrayList<>();
    public final List<StatementStart> starts = new CopyOnWriteArrayList<>();
    public final List<StatementEnd> ends = new CopyOnWriteArrayList<>();
    public final List<Boolean> drains = new CopyOnWriteArrayList<>();

    public Recorder() {}

    @Override
    public StatementObserver started(StatementStart start, ContextView context) {
        calls.add("started");
        starts.add(start);
        return new StatementObserver() {
            @Override
            public void sent(Duration wait) {
                calls.add("sent");
            }

            @Override
            public void firstRow(Duration sinceSubscription) {
                calls.add("firstRow");
            }

            @Override
            public void ended(StatementEnd end) {
                calls.add("ended");
                ends.add(end);
            }

            @Override
            public void drained(Duration took, boolean stopped) {
                calls.add("drained");
                drains.add(stopped);
            }
        };
    }

    public StatementEnd onlyEnd() {
        if (ends.size() != 1) {
            throw new AssertionError("expected one end, got " + ends);
        }
        return ends.get(0);
    }
}
