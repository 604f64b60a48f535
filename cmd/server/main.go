// Command server is the village's program: the server itself and the commands
// that set it up and keep it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"cunwu/config"
	"cunwu/model"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code := run(ctx, os.Args[1:], world{getenv: os.Getenv, environ: os.Environ, out: os.Stdout, err: os.Stderr})
	stop()
	os.Exit(code)
}

// world is what a command sees of the machine.
type world struct {
	getenv  func(string) string
	environ func() []string
	out     io.Writer
	err     io.Writer
	ready   func(address string) // told when a server listens; nil: nobody waits
}

// commands are all subcommands; the fields' order is the help's order.
type commands struct {
	Config string `help:"配置文件（YAML），没有就只用环境变量" type:"path"`

	Serve    serveCommand     `cmd:"" help:"启动服务"`
	Demo     demoCommand      `cmd:"" help:"演示：自带数据库、微信模拟器和一个示范村，只在本机"`
	Migrate  migrateCommand   `cmd:"" help:"建立或升级数据库表"`
	Village  villageCommands  `cmd:"" help:"村和镇"`
	Roster   rosterCommands   `cmd:"" help:"花名册"`
	Role     roleCommands     `cmd:"" help:"任职"`
	Kin      kinCommands      `cmd:"" help:"近亲属（回避用）"`
	Invite   inviteCommand    `cmd:"" help:"给一个人或一户生成一次性邀请码"`
	Factor   factorCommands   `cmd:"" name:"second-factor" help:"动态码（第二道验证）"`
	Person   personCommands   `cmd:"" help:"本人要导出、删除自己的资料（没有微信、亲自到场的）"`
	Menu     menuCommand      `cmd:"" help:"把菜单写到公众号"`
	Notices  noticeCommands   `cmd:"" help:"发不出去的通知"`
	Incoming incomingCommands `cmd:"" help:"没办成的来信"`
	Board    boardCommand     `cmd:"" help:"画公示栏用的二维码：公开账本的签名首页"`
	Verify   verifyCommands   `cmd:"" help:"核对有没有被人动过"`
	Keys     keysCommands     `cmd:"" help:"总密钥"`
	Doctor   doctorCommand    `cmd:"" help:"体检：看一看正在用的这一套好不好，要做什么"`
	Settings settingsCommand  `cmd:"" help:"列出全部设置"`
	OpenAPI  openapiCommand   `cmd:"" name:"openapi" help:"打印接口说明（OpenAPI 文档），小程序的类型由它生成"`
	Version  versionCommand   `cmd:"" help:"版本"`
}

// run is the program without the process: it returns the exit code.
func run(ctx context.Context, args []string, w world) int {
	var all commands
	exited, code := false, 0
	parser, err := kong.New(&all, kong.Name("server"), kong.Description("村务：村庄在微信里自己管自己的后台"), kong.Writers(w.out, w.err),
		kong.Exit(func(c int) { exited, code = true, c }), kong.Bind(w), kong.BindTo(ctx, (*context.Context)(nil)))
	if err != nil {
		fmt.Fprintln(w.err, err)
		return 2
	}
	command, err := parser.Parse(args)
	if exited {
		return code
	}
	if err != nil {
		fmt.Fprintln(w.err, err)
		return 2
	}
	if err := command.Run(&all); err != nil {
		complain(w.err, err)
		return 1
	}
	return 0
}

// complain says what went wrong: to people what they can do, else the error.
func complain(out io.Writer, err error) {
	var known *model.Error
	if errors.As(err, &known) && known.Cause == nil {
		fmt.Fprintln(out, known.Message)
		return
	}
	fmt.Fprintln(out, err)
}

// settings loads what the command needs and warns of variables that nothing
// reads.
func (c *commands) settings(w world, needs ...config.Need) (*config.Config, error) {
	cfg, err := config.Load(c.Config, w.getenv, needs...)
	for _, warning := range config.UnknownVariables(w.environ()) {
		fmt.Fprintln(w.err, "提醒："+warning)
	}
	return cfg, err
}

func logger(out io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level}))
}
