# The developer's front over Meson. Newcomers: ./start scan, ./start check.
BUILD ?= build
NINJA = $(BUILD)/build.ninja

all: $(NINJA)
	@ninja -C $(BUILD) --quiet

$(NINJA):
	@meson setup $(BUILD) $(MESON_FLAGS) >/dev/null

# Everything but long campaigns: unit, corpus and system tests, the laws, style; then the same under sanitizers.
check: all
	@tools/check.sh $(BUILD)

bench: all
	@bench/run.sh $(BUILD)

# SECONDS of fuzzing for each target (default 60): make fuzz SECONDS=600
SECONDS ?= 60
fuzz:
	@fuzz/run.sh $(SECONDS)

install: all
	@meson install -C $(BUILD)

clean:
	@rm -rf build build-asan build-fuzz fuzz-work

.PHONY: all check bench fuzz install clean
