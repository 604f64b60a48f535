package main

import (
	"errors"
	"net/http"
	"os"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"
	"gorm.io/driver/mysql"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// bareAPI is what one would write by hand: a session from Redis, the person and the roles from SQL,
// then what was asked for. Nothing is counted, checked or logged.
type bareAPI struct {
	db    *gorm.DB
	redis *redis.Client
}

type barePerson struct {
	OpenID                                                             string `gorm:"column:openid"`
	SignedOutAt                                                        int64
	VillageID, ID, HouseholdID, Name, Residence, VillageName, Strength string
	Roles                                                              []string `gorm:"-"`
}

type bareCase struct {
	VillageID string `json:"village"`
	ID        string `json:"id"`
	Number    int64  `json:"number"`
	State     string `json:"state"`
	Topic     string `json:"topic"`
	Summary   string `json:"text"`
	Handler   string `json:"handler" gorm:"column:handler_name"`
	OpenedAt  int64  `json:"opened_at"`
	DueAt     int64  `json:"due_at"`
}

func newBareAPI(dsn string) (http.Handler, error) {
	db, err := gorm.Open(mysql.Open(dsn+"?charset=utf8mb4&interpolateParams=true"), &gorm.Config{SkipDefaultTransaction: true, Logger: logger.Discard})
	if err != nil {
		return nil, err
	}
	pool, err := db.DB()
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(64)
	pool.SetMaxIdleConns(64)
	options, err := redis.ParseURL(os.Getenv("TEST_REDIS_URL"))
	if err != nil {
		return nil, err
	}
	a := &bareAPI{db: db, redis: redis.NewClient(options)}
	engine := plainGin()
	engine.GET("/api/v1/me", a.signed(a.me))
	engine.GET("/api/v1/cases", a.signed(a.cases))
	return engine, nil
}

func (a *bareAPI) signed(next func(c *gin.Context, who barePerson) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		who, err := a.who(c, strings.TrimPrefix(c.GetHeader("Authorization"), "Bearer "))
		if err == nil {
			err = next(c, who)
		}
		if err != nil {
			c.String(http.StatusInternalServerError, err.Error())
		}
	}
}

func (a *bareAPI) who(c *gin.Context, token string) (who barePerson, err error) {
	ctx := c.Request.Context()
	openid, err := a.redis.Get(ctx, bareKeys+token).Result()
	if err != nil {
		return who, err
	}
	err = a.db.WithContext(ctx).Table("identities i").Select("i.openid, i.signed_out_at, p.village_id, p.id, p.household_id, p.name, p.residence, u.name AS village_name, b.strength").
		Joins("JOIN bindings b ON b.account = i.account AND b.openid = i.openid AND b.ended_at = 0").
		Joins("JOIN villagers p ON p.village_id = b.village_id AND p.id = b.villager_id AND p.state = 'living'").
		Joins("JOIN villages u ON u.id = p.village_id").
		Where("i.account = ? AND i.openid = ?", appID, openid).Limit(1).Find(&who).Error
	if err == nil && who.ID == "" {
		err = errors.New("nobody")
	}
	if err != nil {
		return who, err
	}
	return who, a.db.WithContext(ctx).Table("role_grants").Where("village_id = ? AND villager_id = ? AND live = 'live'", who.VillageID, who.ID).Pluck("role", &who.Roles).Error
}

func (a *bareAPI) me(c *gin.Context, who barePerson) error {
	var home struct{ Number, GroupName string }
	err := a.db.WithContext(c.Request.Context()).Table("households").Where("village_id = ? AND id = ?", who.VillageID, who.HouseholdID).Take(&home).Error
	if err != nil {
		return err
	}
	person := gin.H{"id": who.VillageID + "-" + who.ID, "name": who.Name, "village": gin.H{"code": who.VillageID, "name": who.VillageName}, "group": home.GroupName,
		"household_no": home.Number, "residence": who.Residence, "roles": who.Roles, "strong": who.Strength != "code"}
	c.JSON(http.StatusOK, gin.H{"person": person, "persons": []gin.H{person}})
	return nil
}

func (a *bareAPI) cases(c *gin.Context, who barePerson) error {
	var found []bareCase
	err := a.db.WithContext(c.Request.Context()).Table("cases").Where("village_id = ? AND asker_id = ?", who.VillageID, who.ID).
		Or("asker_account = ? AND asker_openid = ? AND asker_id = ''", appID, who.OpenID). // before they were bound
		Order("opened_at DESC, id DESC").Limit(21).Find(&found).Error
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": found, "next": nil})
	return nil
}
