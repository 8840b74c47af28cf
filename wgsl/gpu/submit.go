package gpu

import (
	"context"
	"fmt"
)

// Call is a dispatch of a pipeline.
type Call struct {
	Pipeline Pipeline
	Dispatch Dispatch
}

// Submitter is a device that takes many dispatches at once. Each sees what those before it
// wrote. Where one ends by an error, those after it may have run or not.
type Submitter interface {
	Submit(ctx context.Context, calls []Call) error
}

// Submit runs calls one after the other: at once on a Submitter, so that a GPU is asked and
// waited for once.
func Submit(ctx context.Context, d Device, calls []Call) error {
	if s, ok := d.(Submitter); ok {
		return s.Submit(ctx, calls)
	}
	for i, c := range calls {
		if err := c.Pipeline.Dispatch(ctx, c.Dispatch); err != nil {
			return fmt.Errorf("call %d of %d: %w", i+1, len(calls), err)
		}
	}
	return nil
}
