"""Columns of the tables that kernels.forward reads and packing.pack_decoder writes."""

# Of `sizes`: numbers, and where a part begins in `weights`, `floats` and `totals`.
HIDDEN, WIDE, N_HEADS, HEAD_DIM, EMBEDDING, SLOTS, VOCAB = range(7)
TABLE, TABLE_SCALE, TABLE_BIAS, TABLE_EPSILON, FREQUENCIES, N_SIZES = range(7, 13)

# Values of sizes[EMBEDDING].
NO_EMBEDDING, FLOAT_TABLE, ONE_HOT = range(3)

# Of `program`, whose rows are the phases of a step.
KIND, LAYER, WEIGHT, SCALE, N_IN, N_OUT, TARGET, GAIN, KEY_GAIN, EPSILON = range(10)
IS_SIGNED, N_COLUMNS = range(10, 12)  # whether what is quantised goes into a matrix of 4 bits

# Values of program[:, KIND]: what a chunk of the phase is and does.
EMBED, NORM, HEADS, QUANTISE, ACTIVATE, MATRIX, OUTPUT, MATRIX_4_BITS = range(8)

# Values of program[:, TARGET]: where the result of a matrix goes.
TO_WORK, TO_STREAM, TO_OUTPUT = range(3)

# Of `places`: of each row, which line of `pages` has the addresses of its cache, where it goes.
LINE, POSITION = range(2)

PAGE = 64  # positions whose keys and values lie together; see pages.py
LANES = 16  # positions of a page whose keys are interleaved

BLOCK = 64  # outputs that a kernel computes at once
GROUP = 32  # inputs of a matrix of 4 bits that share a scale
GROUP_BYTES = GROUP * BLOCK // 2 + 2 * BLOCK  # of a block: numbers of 4 bits, scales of 16
COUNTER = 16  # int64 of a phase in `counters`: two cache lines, chunks claimed and chunks done

# Of a frame (see frames.py): numbers, then for each array its address and its shape.
FORWARD, N_ROWS, N_TAKES, IS_LARGE, N_STEPS, WIDTH, N_OUTPUTS, DRAWS, SLOTS_BEGIN = range(9)
OF_SLOT = 3

# Its arrays: what forward is called with; tables and quantised rows are several each.
IN_SIZES, IN_PROGRAM, IN_WEIGHTS, IN_FLOATS, IN_TOTALS, IN_PLACES, IN_PAGES, IN_IDS = range(8)
IN_TABLES, IN_QUANTISED, IN_COUNTERS = 8, 14, 18
# And what tokens are drawn with.
IN_EMBEDDING, IN_POSSIBLE, IN_ENDS, IN_TAKES, IN_SAMPLINGS, N_IN_FRAME = range(19, 25)

# Of a take in a frame: numbers and addresses; of its sampling.
FIRST_ROW, LAST_ROW, STATE_ROW, N_WANTED, CHANCES, TOKENS, LOGITS, OF_TAKE = range(8)
TEMPERATURE, TOP_K, TOP_P, OF_SAMPLING = range(4)
