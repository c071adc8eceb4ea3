package io.headrace.pool;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How far one acquisition has come: whether it is decided, whether it is parked, and whether it is still inside the
 * {@link Gate}, which it leaves once, when it has its answer and none of its calls into the pool below runs any more.
 */
abstract class Attendance extends Waiter {

    static final VarHandle STAGE;

    static {
        try {
            STAGE = MethodHandles.lookup().findVarHandle(Attendance.class, "stage", int.class);
        } catch (ReflectiveOperationException error) {
            throw new ExceptionInInitializerError(error);
        }
    }

    static final int STARTED = 1;
    static final int ENTERED = 1 << 1;
    static final int DECIDED = 1 << 2;
    static final int LEFT = 1 << 3;

    /** It waits for the end of a suspension, and not in the pool below. */
    private static final int PARKED = 1 << 4;

    /** One call into the pool below that runs just now. */
    static final int CALL = 1 << 5;

    final Lender lender;

    /** Flags, and the number of {@link #CALL}s. */
    @SuppressWarnings("UnusedVariable") // by its handle
    private volatile int stage;

    Attendance(Lender lender) {
        this.lender = lender;
    }

    /** True for the one signal that decides what becomes of this acquisition. */
    final boolean decide() {
        return (set(DECIDED) & DECIDED) == 0;
    }

    final boolean isDecided() {
        return (stage & DECIDED) != 0;
    }

    @Override
    final boolean hasLeft() {
        return (stage & LEFT) != 0;
    }

    final void leave() {
        int before = set(LEFT);
        if ((before & LEFT) == 0 && (before & ENTERED) != 0 && before < CALL) {
            lender.gate().leave();
        }
        lender.waiters().remove(this);
    }

    final void callEnded() {
        int now = (int) STAGE.getAndAdd(this, -CALL) - CALL;
        if ((now & LEFT) != 0 && now < CALL) {
            lender.gate().leave();
        }
    }

    /** False if it was decided meanwhile, and so does not wait there. */
    final boolean enterPark() {
        lender.parked();
        set(PARKED);
        if (isDecided()) {
            leavePark();
            return false;
        }
        return true;
    }

    /** True for the one who takes it out of there. */
    @CanIgnoreReturnValue
    final boolean leavePark() {
        boolean wasParked = ((int) STAGE.getAndBitwiseAnd(this, ~PARKED) & PARKED) != 0;
        if (wasParked) {
            lender.unparked();
        }
        return wasParked;
    }

    @CanIgnoreReturnValue
    final int set(int flag) {
        return (int) STAGE.getAndBitwiseOr(this, flag);
    }
}
