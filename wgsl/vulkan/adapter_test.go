//go:build vulkan && linux && (amd64 || arm64)

package vulkan

import (
	"errors"
	"strings"
	"testing"
)

// TestChoose asks for devices by index, by a part of the name, and by kind.
func TestChoose(t *testing.T) {
	device := func(name string, kind uint32) *adapter {
		return &adapter{name: name, properties: &physicalProperties{Kind: kind, API: api11}}
	}
	list := []*adapter{device("llvmpipe", 4), device("Iris Plus", 1), device("Radeon RX", 2), device("Radeon VII", 2)}
	for wish, want := range map[string]string{"": "Radeon RX", "0": "llvmpipe", "3": "Radeon VII", "iris": "Iris Plus", "vii": "Radeon VII", "Radeon": "Radeon RX"} {
		if a, err := choose(list, wish); err != nil || a.name != want {
			t.Errorf("%q: %v, %v, want %s", wish, a, err, want)
		}
	}
	for _, wish := range []string{"4", "-1", "GeForce"} {
		if a, err := choose(list, wish); err == nil || !strings.Contains(err.Error(), "2: Radeon RX (discrete GPU, Vulkan 1.1)") {
			t.Errorf("%q: %v, %v", wish, a, err)
		}
	}
	if _, err := choose(nil, ""); err == nil {
		t.Error("no device is no error")
	}
}

// TestLacks names what a shader needs and the device does not have.
func TestLacks(t *testing.T) {
	a := &adapter{subgroups: &subgroupProperties{Stages: stageCompute, Operations: 1 | 4}}
	if got := a.lacks(1 | 4 | 8 | 0x20); got != "VK_SUBGROUP_FEATURE_BALLOT_BIT, VK_SUBGROUP_FEATURE_SHUFFLE_RELATIVE_BIT" {
		t.Error(got)
	}
	if got := a.lacks(5); got != "" {
		t.Error(got)
	}
	if got := (&adapter{}).lacks(1); got != "VK_SUBGROUP_FEATURE_BASIC_BIT" {
		t.Error(got)
	}
}

// TestResults asks for the names of results, and what to do.
func TestResults(t *testing.T) {
	if err := succeeded(timeout, "f"); err != nil {
		t.Error(err)
	}
	err := succeeded(errorDeviceLost, "vkWaitForFences")
	if err == nil || !strings.Contains(err.Error(), "vkWaitForFences failed with VK_ERROR_DEVICE_LOST; a watchdog") {
		t.Error(err)
	}
	d := &Device{adapter: &adapter{name: "GPU"}}
	if err := d.judge(errorDeviceLost, "vkQueueSubmit"); !errors.Is(err, d.lost) || !strings.HasPrefix(err.Error(), "GPU: vulkan: vkQueueSubmit") {
		t.Error(err)
	}
	if got := result(-12345).String(); got != "VkResult -12345" {
		t.Error(got)
	}
}
