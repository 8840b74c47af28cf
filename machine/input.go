package machine

// Send gives the guest bytes on COM1, as if they came by the line. It returns when the
// emulator has taken them, which it does as fast as the guest reads, or when the machine
// is closed.
func (m *Machine) Send(data []byte) error {
	_, err := m.serial.file.Write(data)
	return err
}
