package io.headrace.tx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against a database that is a set of keys. */
class PiecesTest {

    /** @param trouble what it does besides adding its key */
    private record Item(int key, Trouble trouble) {}

    private enum Trouble {
        NONE,
        FAILS,
        /** Fails inside, handles it, and leaves the database refusing all that comes. */
        LEAVES_TRANSACTION_ABORTED,
        /** Adds its key, and its savepoint turns out not to be kept when all are through. */
        FAILS_AT_THE_END
    }

    private enum Naming {
        FAILING_ITEM,
        NOTHING
    }

    private static final class Failure extends Exception {

        private final int index;

        Failure(int index) {
            super("item " + index, null, false, false);
            this.index = index;
        }
    }

    /** Runs pieces and takes their keys back where they fail. */
    private static final class Server {

        private final Naming naming;
        private Set<Integer> keys = new HashSet<>();
        private int works;

        Server(Naming naming) {
            this.naming = naming;
        }

        void run(List<Item> piece) throws Failure {
            Set<Integer> before = new HashSet<>(keys);
            try {
                workOn(piece);
            } catch (Failure failure) {
                keys = before;
                throw failure;
            }
        }

        private void workOn(List<Item> piece) throws Failure {
            boolean failsAtTheEnd = false;
            for (int i = 0; i < piece.size(); i++) {
                Item item = piece.get(i);
                works++;
                if (item.trouble() == Trouble.LEAVES_TRANSACTION_ABORTED) {
                    works += i + 1 < piece.size() ? 1 : 0;
                    throw new Failure(-1);
                }
                if (item.trouble() == Trouble.FAILS || !keys.add(item.key())) {
                    throw new Failure(naming == Naming.FAILING_ITEM ? i : -1);
                }
                failsAtTheEnd |= item.trouble() == Trouble.FAILS_AT_THE_END;
            }
            if (failsAtTheEnd) {
                throw new Failure(-1);
            }
        }
    }

    private static List<Item> onePerOne(List<Item> items) {
        Server server = new Server(Naming.FAILING_ITEM);
        List<Item> kept = new ArrayList<>();
        for (Item item : items) {
            try {
                server.run(List.of(item));
                kept.add(item);
            } catch (Failure failure) {
                assertThat(failure.index).isLessThanOrEqualTo(0);
            }
        }
        return kept;
    }

    /** All items in the order in which they were settled, the kept ones added to the list. */
    private static List<Item> settle(List<Item> items, int chunkSize, Server server, Pace pace, List<Item> kept) {
        List<Item> settled = new ArrayList<>();
        for (int from = 0; from < items.size(); from += chunkSize) {
            List<Item> chunk = items.subList(from, Math.min(items.size(), from + chunkSize));
            Pieces<Item> pieces = new Pieces<>(chunk, pace);
            while (!pieces.isEmpty()) {
                Throwable verdict = pieces.verdict();
                List<Item> piece = pieces.take();
                if (verdict != null) {
                    assertThat(piece).hasSize(1);
                    settled.addAll(piece);
                    continue;
                }
                try {
                    server.run(piece);
                    pieces.kept(piece);
                    kept.addAll(piece);
                    settled.addAll(piece);
                } catch (Failure failure) {
                    if (piece.size() == 1) {
                        pieces.itemFailed();
                        settled.addAll(piece);
                    } else {
                        pieces.failed(piece, failure, failure.index);
                    }
                }
            }
        }
        return settled;
    }

    @ParameterizedTest
    @EnumSource(Naming.class)
    void whatIsKeptIsWhatWouldBeKeptOneByOne(Naming naming) {
        Random random = new Random(5);
        for (int round = 0; round < 3_000; round++) {
            int troubled = 1 + random.nextInt(40);
            int distinct = 1 + random.nextInt(200);
            List<Item> items = IntStream.range(0, random.nextInt(120))
                    .mapToObj(i -> new Item(
                            random.nextInt(distinct),
                            random.nextInt(troubled) == 0
                                    ? Trouble.values()[random.nextInt(Trouble.values().length)]
                                    : Trouble.NONE))
                    .toList();
            int chunkSize = 1 + random.nextInt(50);
            Pace pace = random.nextBoolean() ? Pace.ofStatements() : Pace.ofRows();
            List<Item> kept = new ArrayList<>();

            List<Item> settled = settle(items, chunkSize, new Server(naming), pace, kept);

            assertThat(settled).as("round %d", round).isEqualTo(items);
            assertThat(kept).as("round %d", round).isEqualTo(onePerOne(items));
        }
    }

    private static int works(List<Item> items, int chunkSize, Naming naming) {
        Server server = new Server(naming);
        assertThat(settle(items, chunkSize, server, Pace.ofStatements(), new ArrayList<>()))
                .hasSameSizeAs(items);
        return server.works;
    }

    private static List<Item> oneInSoMany(int distance) {
        return IntStream.range(0, 10_000)
                .mapToObj(i -> new Item(i, i % distance == distance - 1 ? Trouble.FAILS : Trouble.NONE))
                .toList();
    }

    @Test
    void workIsDoneOnceWhereNothingFails() {
        assertThat(works(oneInSoMany(100_000), 1_000, Naming.FAILING_ITEM)).isEqualTo(10_000);
    }

    @Test
    void littleIsDoneTwiceHoweverManyItemsFail() {
        assertThat(works(oneInSoMany(1), 1_000, Naming.FAILING_ITEM)).isLessThan(11_000);
        assertThat(works(oneInSoMany(2), 1_000, Naming.FAILING_ITEM)).isLessThan(16_000);
        assertThat(works(oneInSoMany(50), 1_000, Naming.FAILING_ITEM)).isLessThan(15_000);
        assertThat(works(oneInSoMany(900), 1_000, Naming.FAILING_ITEM)).isLessThan(15_000);
    }

    @Test
    void halvesFindTheBadOneWithoutTryingAHalfThatMustHoldIt() {
        List<Item> lastFails = oneInSoMany(10_000);

        // 1,024 in vain and then 512, 256, ... 1 that are kept, and the bad one
        assertThat(works(lastFails.subList(10_000 - 1_024, 10_000), 1_024, Naming.NOTHING))
                .isEqualTo(1_024 + 1_023 + 1);
    }
}
